"""Screen 2: who gave and who bought, as ribbons and as a matrix."""
