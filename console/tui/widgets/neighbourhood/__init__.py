"""Screen 1: the houses as cards, rows or dots, in groups and orders."""
