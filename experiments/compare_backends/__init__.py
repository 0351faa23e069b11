"""The same replicates through every backend, regime and labelling."""
