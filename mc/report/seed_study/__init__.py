"""The original study: its published curves, and its claims judged by ours."""
