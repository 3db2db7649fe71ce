"""The readings: what sources deliver, taken in, watched, and measured at an edge."""
