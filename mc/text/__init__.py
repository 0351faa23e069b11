"""Texts as word numbers, n-gram models that write them, and measures of what is lost."""
