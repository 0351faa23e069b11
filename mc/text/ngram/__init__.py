"""n-gram models: fitted by counting, in arrays; texts written word by word."""
