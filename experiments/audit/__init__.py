"""Is this corpus polluted? A suspect corpus held against a human one, check by check.

Pollution comes in two kinds: texts that a machine has written, and human texts that a machine has
labelled.
"""
