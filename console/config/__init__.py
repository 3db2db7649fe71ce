"""The configuration: config.toml to frozen settings, and the settings made without a file."""

from console.config.presets import SEASONS, demo_settings, recording_settings, replayed_settings
from console.config.reading import MOST_BYTES, find, load, parse, read

__all__ = [
    "MOST_BYTES",
    "SEASONS",
    "demo_settings",
    "find",
    "load",
    "parse",
    "read",
    "recording_settings",
    "replayed_settings",
]
