"""The process: an engine in the foreground, detached, or private to a demo."""
