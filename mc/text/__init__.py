"""Texts as word numbers, n-gram models that write texts, and measures of what is lost."""
