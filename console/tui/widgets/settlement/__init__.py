"""Screen 3: a day's intervals, and what settling one does."""
