"""The playing: a demo or a recording, run on a clock that is stepped."""
