"""Backup and restore: the store, then the chain, each proved whole."""
