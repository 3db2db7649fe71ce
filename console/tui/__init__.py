"""The console's screens: they show snapshots and ask the engine, and decide nothing."""
