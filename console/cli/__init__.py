"""The command line: one file a group of commands, each asks or starts and prints the answer."""
