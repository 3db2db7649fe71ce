"""The serving: what consoles ask, command and hear, over Unix sockets."""
