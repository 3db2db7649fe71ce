"""Join: the only place where meters, store, settlement, chain and ledger meet."""
