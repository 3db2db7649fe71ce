"""The bills: a period's statements, approved and paid, and what follows on the chain."""
