"""Meters at a P1 port: telegrams, and what listens to them over TCP."""
