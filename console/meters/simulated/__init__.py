"""A street that does not exist: sun, roofs and households, the same for the same seed."""
