"""Mosaic Console: an energy community's meters, fair settlement in mosaics and an honest ledger."""

__version__ = "0.1.0"
