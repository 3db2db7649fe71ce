"""Decide, purely: from registers to balances, shares, pairs, prices and a provable plan."""
