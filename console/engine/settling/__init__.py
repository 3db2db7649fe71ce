"""The settling: intervals closed, decided, held, revised, or taken from the chain."""
