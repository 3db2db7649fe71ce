"""Remember: readings, settlements, outbox, ledger rows, events and audit in one SQLite file."""
