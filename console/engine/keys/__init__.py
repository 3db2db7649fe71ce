"""The keys: where the operator's key comes from, and its exchange for another."""
