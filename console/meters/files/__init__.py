"""The files that hold what meters said: recordings, interval tables, Green Button."""
