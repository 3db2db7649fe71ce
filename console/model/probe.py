"""The probe: what watching a meter for some minutes came to."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from console.model.meter import Plate


class Outcome(StrEnum):
    """What can be said of a meter."""

    AGREES = "agrees"
    """Its registers count what its power says."""
    FAULT = "fault"
    """They cannot both be right; the faults are named."""
    UNDECIDED = "undecided"
    """Too little has flowed to say."""


class Flaw(StrEnum):
    """What is wrong with how a meter is read."""

    SIGN = "sign"
    """Its power has the other sign."""
    SWAP = "swap"
    """Its import and export registers are exchanged."""
    SIGN_OR_SWAP = "sign-or-swap"
    """One of the two; nothing it says tells which."""
    REVERSED = "reversed"
    """Power and registers agree, and both run the wrong way round."""
    UNIT = "unit"
    """Its registers or its power are told in another unit."""
    PER_PHASE = "per-phase"
    """It counts each phase by itself, so both registers grow at once."""
    STUCK = "stuck"
    """A register does not count what flows."""
    FELL = "fell"
    """A register became lower."""
    MISMATCH = "mismatch"
    """Registers and power are not of the same thing."""
    WRONG_PROFILE = "wrong-profile"
    """It is read by another profile than the one that was named."""
    UNREADABLE = "unreadable"
    """No profile reads it."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault that was found."""

    kind: Flaw
    """Which it is."""
    text: str
    """What was seen, one sentence."""
    advice: str
    """What to do about it, one or two sentences."""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """Energy in both directions, Wh, to be shown; None where there is no such register."""

    import_wh: float
    """What was taken."""
    export_wh: float | None
    """What was given."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of a meter so far."""

    outcome: Outcome
    """Whether its registers and its power agree."""
    text: str
    """The outcome in a sentence."""
    faults: tuple[Fault, ...] = ()
    """What is wrong, the worst first."""
    sure: bool = False
    """Whether watching longer would not change it."""
    seconds: int = 0
    """How long was watched, without gaps, s."""
    readings: int = 0
    """How many readings were taken."""
    flowed: Flow = Flow(import_wh=0, export_wh=0)
    """What flowed by its power."""
    counted: Flow = Flow(import_wh=0, export_wh=0)
    """What its registers counted."""

    @property
    def torn(self) -> bool:
        """Whether it would tell more if somebody said what the house does now."""
        return any(fault.kind is Flaw.SIGN_OR_SWAP for fault in self.faults)


class HouseProbe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The question how a house's meter does, of the engine that asks it anyway."""

    house: str
    """The house's id."""
    minutes: int
    """How long it is watched at most."""
    taking: bool | None = None
    """Whether the house surely takes power now, or gives it; None where nobody knows."""


class Glimpse(msgspec.Struct, frozen=True, kw_only=True):
    """What is seen of a meter that is probed, at one instant: a line of a live probe."""

    profile: str = ""
    """By which profile it is read; empty while that is looked for, and where none reads it."""
    plate: Plate | None = None
    """What that profile says of it; None without one."""
    others: tuple[str, ...] = ()
    """Other profiles that read it too."""
    import_wh: float | None = None
    """Its import register, Wh; None before the first reading."""
    export_wh: float | None = None
    """Its export register, Wh; None too where it has none."""
    power_w: int | None = None
    """Its power, W, import positive; None before the first reading."""
    verdict: Verdict | None = None
    """What can be said of it so far; None before the first reading."""
    if_taking: Verdict | None = None
    """What could be said if the house surely takes power now; None where that tells no more."""
    if_giving: Verdict | None = None
    """The same if it surely gives power now."""
    trouble: str = ""
    """Why it gives no reading now, a sentence without its end; empty while it does."""
    over: bool = False
    """Whether it is looked at no more."""

    def judged(self, *, taking: bool | None) -> Glimpse:
        """Return what is seen with the verdict by what somebody says of the house.

        Args:
            taking: whether it surely takes power now, or gives it; None where nobody knows.
        """
        if taking is None:
            return self
        told = self.if_taking if taking else self.if_giving
        return self if told is None else msgspec.structs.replace(self, verdict=told)
