"""Screen 4: rows and their proof, wherever in the ledger somebody reads."""
