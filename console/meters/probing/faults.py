"""The faults: each in words, with what to do about it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from console.meters.probing.evidence import Evidence
from console.meters.probing.guess import SOUND, Guess
from console.meters.probing.track import Track
from console.model.probe import Fault, Flaw

MOST_HOUSE_W = 100_000
"""No house's power is larger, W."""
LEAST_HOUSE_W = 20
"""No house's power is smaller for minutes, W."""
USED_WH = 100_000
"""From so much on a register says whether its house takes, Wh."""
RARE = 100
"""A register so many times smaller than the other is of a direction that this house hardly has."""

_UNITS = {
    Decimal(1000): ("Wh told as kWh", "kW told as W"),
    Decimal("0.001"): ("kWh told as Wh", "mW told as W"),
    Decimal(60): ("watt-minutes told as Wh", "another unit"),
    Decimal(3600): ("watt-seconds told as Wh", "another unit"),
}
_PROFILE = "Correct units in its profile, or look for another: mosaic meters profiles"


def misread(seen: Evidence, guess: Guess, sign_is_right: bool | None) -> list[Fault]:
    """Return the faults of power and registers that belong together in another way.

    Args:
        seen: what was seen.
        guess: the way in which they do.
        sign_is_right: whether power has the sign that the operator knows; None where unknown.
    """
    found = []
    if guess.turned:
        found.append(_turned(seen, sign_is_right))
    if guess.factor != 1:
        found.append(_unit(seen, guess.factor))
    return found


def reversed_() -> Fault:
    """Return the fault of a meter that agrees with itself, and not with the house."""
    return Fault(
        kind=Flaw.REVERSED,
        text="Power and registers agree, but both run the wrong way round: it says that the house "
        "does the opposite of what you say.",
        advice="Are the current clamps turned, or supply and load exchanged? If they must stay so, "
        "exchange import and export in a profile of your own, with the other power_sign.",
    )


def stuck(name: str, track: Track, flowed: Decimal, seen: Evidence) -> Fault:
    """Return the fault of a register that stands.

    Args:
        name: the register's name.
        track: the register.
        flowed: what flowed its way, Wh.
        seen: what was seen.
    """
    frozen = "" if seen.power_moves else " Its power never changed either: the answer may be old."
    return Fault(
        kind=Flaw.STUCK,
        text=f"The {name} register is stuck at {wh(track.wh)} while {wh(flowed)} flowed.{frozen}",
        advice="Restart the meter; if the register still stands, the profile reads another value, "
        "or the meter does not count this direction.",
    )


def fallen(seen: Evidence) -> list[Fault]:
    """Return a fault for each register that fell."""
    found = []
    for name, track in (("import", seen.imported), ("export", seen.exported)):
        if track is None or track.fall is None:
            continue
        fall = track.fall
        after = " and came back" if fall.came_back else ""
        text = f"The {name} register fell from {wh(fall.before_wh)} to {wh(fall.after_wh)}{after}."
        advice = (
            "A register never falls. The engine holds such readings and books nothing; "
            "is the meter restarting, or does another device answer at this address?"
        )
        found.append(Fault(kind=Flaw.FELL, text=text, advice=advice))
    return found


def per_phase(seen: Evidence) -> Fault:
    """Return the fault of a meter whose phases are counted apart."""
    opposed = seen.opposition
    return Fault(
        kind=Flaw.PER_PHASE,
        text=f"Both registers grow at once: while {wh(opposed.flowed_wh)} flowed one way, the "
        f"other register counted {wh(opposed.counted_wh)}. Each phase is counted by itself.",
        advice="Its registers are not those of the bill where the utility's meter balances its "
        "phases. Read the utility's own meter, or switch the meter to balanced counting.",
    )


def mismatched(seen: Evidence) -> Fault:
    """Return the fault of power and registers that no known way brings together."""
    told = []
    for name, share in zip(("import", "export"), SOUND.shares(seen), strict=False):
        told.append(f"{name} counted {wh(share.counted)} where {wh(share.expected)} flowed")
    return Fault(
        kind=Flaw.MISMATCH,
        text=f"Registers and power are not of the same thing: {', '.join(told)}.",
        advice="Does the profile read another meter or channel, one phase of three, or is it the "
        "wrong profile? Without --profile all are tried.",
    )


def wh(value: Decimal) -> str:
    """Return energy in Wh, with as many decimals as its size bears."""
    if value >= 10**4:
        return f"{value / 1000:.3f} kWh"
    digits = Decimal(1) if value >= 100 else Decimal("0.1") if value >= 1 else Decimal("0.001")
    return f"{value.quantize(digits, ROUND_HALF_UP).normalize():f} Wh"


def _turned(seen: Evidence, sign_is_right: bool | None) -> Fault:
    right = _sign_by_totals(seen) if sign_is_right is None else sign_is_right
    if right is None:
        return Fault(
            kind=Flaw.SIGN_OR_SWAP,
            text="Power and registers run against each other: either the power's sign is swapped, "
            "or import and export are.",
            advice="Look whether the house takes or gives, a kettle makes sure, and probe again "
            "with --now taking or --now giving: then the one at fault is named.",
        )
    if right:
        return Fault(
            kind=Flaw.SWAP,
            text="Import and export are swapped: each register counts the other direction.",
            advice="Exchange import and export in a profile of your own, or the cables of the "
            "meter if it is wired the wrong way round.",
        )
    return Fault(
        kind=Flaw.SIGN,
        text="The power's sign is swapped: it is told as given while the house takes, "
        "and the other way round.",
        advice='Write power_sign = "export" in a profile of your own (or "import", where it says '
        '"export").',
    )


def _sign_by_totals(seen: Evidence) -> bool | None:
    """Return whether the power's sign is right, by what was counted in all; None where unknown.

    Every house takes, if only at night; many never give. So a register that is a hundred times
    smaller than the other is the export.
    """
    import_wh = seen.imported.wh
    export_wh = Decimal(0) if seen.exported is None else seen.exported.wh
    if import_wh >= USED_WH and export_wh * RARE < import_wh and seen.exported is not None:
        return False
    if export_wh >= USED_WH and import_wh * RARE < export_wh:
        return True
    return None


def _unit(seen: Evidence, factor: Decimal) -> Fault:
    by_register, by_power = _UNITS.get(factor, ("another unit", "another unit"))
    watts = (seen.taken.wh + seen.given.wh) * 3600 / max(seen.seconds, Decimal(1))
    by_its_power, by_its_registers = _is_a_house(watts), _is_a_house(watts * factor)
    if by_its_power is by_its_registers:
        what = f"a wrong unit, of the registers ({by_register}) or of the power ({by_power})"
    elif by_its_power:
        what = f"the registers have a wrong unit ({by_register})"
    else:
        what = f"the power has a wrong unit ({by_power})"
    return Fault(
        kind=Flaw.UNIT,
        text=f"The registers count {_times(factor)} what the power says: {what}.",
        advice=_PROFILE,
    )


def _times(factor: Decimal) -> str:
    return f"{factor} times" if factor >= 1 else f"one {1 / factor:f}th of"


def _is_a_house(watts: Decimal) -> bool:
    return LEAST_HOUSE_W <= watts <= MOST_HOUSE_W
