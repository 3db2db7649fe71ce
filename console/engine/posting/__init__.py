"""The posting: what was signed is brought to the chain, and the chain is read back."""
