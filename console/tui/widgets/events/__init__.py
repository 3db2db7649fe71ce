"""Screen 6: the alarms, and the log below them."""
