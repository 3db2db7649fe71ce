"""The house screen: its day, its week, its meter."""
