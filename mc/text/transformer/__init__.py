"""A small decoder-only transformer: the pieces of words, the network, its training, its writing."""
