"""The meters stage: reads, from whatever tells readings, and decides nothing."""
