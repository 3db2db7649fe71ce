"""The key's part: the operator's key unlocked, shown, exchanged."""
