"""A search for settings of a backend, judged on untouched reviews."""
