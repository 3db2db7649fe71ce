"""Derive, pure: the ledger's rows, their export, and the proof that all of it agrees."""
