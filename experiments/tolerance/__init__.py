"""A sequential search for the largest tolerable collapse rate."""
