"""The checking's part: what is in reach, what agrees, and who did what."""
