"""Measures of written texts: what is lost, repeated and copied, one file an idea."""
