"""The recorded: what settles a recording, from the words of `mosaic replay`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec

from console.config import read, recording_settings, replayed_settings
from console.config.keys import check_keys, read_keys
from console.errors import RecordingError
from console.meters.recording import Recording
from console.model.interval import LENGTHS, Interval, intervals_between
from console.settings import Settings, SettlementSettings


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `mosaic replay` may be told."""

    file: Path
    """The recording."""
    minutes: int | None = None
    """The interval's length; the recording's own step where left out and possible."""
    rule: str = "pro-rata"
    """The allocation rule."""
    price: str = "0.1"
    """A decimal per kWh, `mid-market` or `supply-demand`."""
    retail: str | None = None
    """What the grid charges, a decimal per kWh."""
    feed_in: str | None = None
    """What the grid pays, a decimal per kWh."""
    matching: str = "pairs"
    """`pairs` or `compact`."""
    keys: Path | None = None
    """The file of the houses' shares, for the static rules."""
    ledger: Path | None = None
    """Where the rows go as JSON lines; `-` is standard output."""
    config: Path | None = None
    """A configuration by which it is settled instead of by the above."""
    timezone: str = ""
    """The zone of its days and of what is shown; the configuration's, or UTC, where left out."""


def read_recording(options: ReplayOptions) -> Recording:
    """Return the recording.

    Raises:
        RecordingError: a line of the file cannot be read; the message begins with FILE:LINE.
        ConfigError: the configuration says what cannot be.
    """
    minutes = read(options.config).settlement.minutes if options.config else options.minutes
    otherwise = timedelta(minutes=minutes) if minutes else None
    return Recording(options.file, otherwise=otherwise)


def settings_for(options: ReplayOptions, recording: Recording, data: Path) -> Settings:
    """Return the settings that settle a recording.

    Args:
        options: the command's words.
        recording: what is settled.
        data: a private folder.

    Raises:
        UsageError: an option's value cannot be.
        ConfigError: the configuration says what cannot be.
    """
    if options.config is not None:
        configured = read(options.config)
        period = _period(recording, configured.settlement.minutes)
        settings = replayed_settings(configured, recording.houses, data, poll_seconds=period)
        zone = options.timezone or settings.community.timezone
        community = msgspec.structs.replace(settings.community, timezone=zone)
        return msgspec.structs.replace(settings, community=community)
    keys = read_keys(options.keys, recording.houses) if options.keys else {}
    check_keys(options.rule, keys, options.keys)
    minutes = options.minutes or _own_minutes(recording.step)
    return recording_settings(
        recording.houses,
        data,
        minutes=minutes,
        rule=options.rule,
        price=options.price,
        retail=options.retail,
        feed_in=options.feed_in,
        matching=options.matching,
        keys=keys,
        poll_seconds=_period(recording, minutes or SettlementSettings().minutes),
        timezone=options.timezone or "UTC",
        name=options.file.stem,
    )


def whole_intervals(
    options: ReplayOptions, recording: Recording, settings: Settings
) -> list[Interval]:
    """Return the intervals that a recording covers.

    Raises:
        RecordingError: there is none.
    """
    minutes = settings.settlement.minutes
    wanted = list(intervals_between(recording.start, recording.end, minutes))
    if not wanted:
        raise RecordingError(
            f"{options.file}:1: from {recording.start:%Y-%m-%dT%H:%MZ} to "
            f"{recording.end:%Y-%m-%dT%H:%MZ} there is no whole interval of {minutes} minutes.",
            advice="Give a shorter --minutes, or a longer recording.",
        )
    return wanted


def _period(recording: Recording, minutes: int) -> float:
    """Return the time between two readings of the house that is read least often, s.

    One that is read less than once an interval is not known well enough to make others so too.
    """
    return recording.slowest(timedelta(minutes=minutes)).total_seconds()


def _own_minutes(step: timedelta) -> int | None:
    minutes = int(step.total_seconds() // 60)
    return minutes if minutes in LENGTHS else None
