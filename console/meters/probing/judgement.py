"""The judgement: whether a meter's registers and its power can both be right.

Its power, summed over some minutes, is held against what its registers counted. Every way in which
the two may belong together is tried; a fault is named only where the sound way fails beyond all
slack and one other way fits. A sound meter is never accused, however its house behaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from console.meters.probing import faults
from console.meters.probing.evidence import Evidence
from console.meters.probing.faults import wh
from console.meters.probing.guess import GROSS, OTHERS, SOUND, Fit, Share
from console.meters.probing.opposition import Opposition
from console.model.probe import Fault, Flaw, Flow, Outcome, Verdict

LEAST_SECONDS = 30
"""Nothing is said before, s."""
LEAST_WH = 3
"""Nothing is said of less energy, Wh."""
SURE_SECONDS = 60
"""Nothing is sure before, s."""
SURE_WITHIN = Decimal("0.15")
"""An agreement is sure once what it may be wrong by is so small a part of what flowed."""
SURE_AFTER = {Flaw.FELL: 3600, Flaw.STUCK: 300, Flaw.MISMATCH: 300, Flaw.PER_PHASE: 120}
"""What takes longer to be sure of: registers may be told late, and a fall may come again, s."""
STUCK_WH = 20
"""So much must flow past a register that stands, Wh."""
STUCK_SECONDS = 120
"""So long must it flow, s."""
STUCK_GRANULES = 4
"""So many of the register's own finest steps must flow."""
MISMATCH_SECONDS = 180
"""Nothing without a name is found before, s."""
LEAST_MOVES = 2
"""So often must registers have moved before their steps say anything."""
OPPOSED_WH = 5
"""So much must be counted against the power's direction, Wh."""
OPPOSED_PART = Decimal("0.05")
"""It must be so large a part of what flowed."""

_ONE_WAY = 4


def judge(evidence: Evidence | None, *, taking: bool | None = None) -> Verdict:
    """Return what can be said of a meter.

    Args:
        evidence: what was seen of it; None before the first reading.
        taking: whether its house surely takes power, or gives it; None where nobody knows.
    """
    if evidence is None:
        return Verdict(outcome=Outcome.UNDECIDED, text="No reading yet.")
    found = (*faults.fallen(evidence), *_weighed(evidence, taking))
    if found:
        outcome, text = Outcome.FAULT, found[0].text
        sure = all(evidence.seconds >= SURE_AFTER.get(one.kind, SURE_SECONDS) for one in found)
    elif _agrees(evidence):
        outcome, text = Outcome.AGREES, _agreement(evidence)
        sure = evidence.seconds >= SURE_SECONDS and _is_close(evidence)
    else:
        outcome, text, sure = Outcome.UNDECIDED, _doubt(evidence), False
    return Verdict(
        outcome=outcome,
        text=text,
        faults=found,
        sure=sure,
        seconds=int(evidence.seconds),
        readings=evidence.readings,
        flowed=_flow(evidence.taken.wh, evidence.given.wh),
        counted=_flow(
            evidence.imported.counted_wh,
            None if evidence.exported is None else evidence.exported.counted_wh,
        ),
    )


def _weighed(seen: Evidence, taking: bool | None) -> list[Fault]:
    """Return what is wrong with how power and registers belong together."""
    sound = SOUND.fit(seen)
    if sound is Fit.FITS:
        turned = taking is not None and _takes(seen) is (not taking) and _agrees(seen)
        return [faults.reversed_()] if turned else []
    if sound is Fit.OPEN or not _is_enough(seen):
        return []
    if stuck := _stuck(seen):
        return stuck
    if seen.moves < LEAST_MOVES or _may_stand(seen):
        return []
    # a name is given where nothing else that has one is possible
    possible = [guess for guess in OTHERS if guess.fit(seen) is not Fit.FAILS]
    if not possible:
        return _strange(seen)
    guess = possible[0]
    if len(possible) == 1 and guess.fit(seen) is Fit.FITS and (guess in GROSS or not seen.is_slow):
        return faults.misread(seen, guess, _told(seen, taking))
    return []


def _strange(seen: Evidence) -> list[Fault]:
    """Return the fault of registers that are of no way that power has a name for."""
    if seen.is_slow:
        return []
    balance = _balance(seen)
    if balance is Fit.FITS and _is_opposed(seen.opposition):
        return [faults.per_phase(seen)]
    return [faults.mismatched(seen)] if balance is Fit.FAILS and _is_other(seen) else []


def _agrees(seen: Evidence) -> bool:
    return (
        _is_enough(seen)
        and seen.moves >= LEAST_MOVES
        and SOUND.fit(seen) is Fit.FITS
        and all(guess.fit(seen) is Fit.FAILS for guess in OTHERS)
    )


def _is_enough(seen: Evidence) -> bool:
    counted = seen.imported.counted_wh + (seen.exported.counted_wh if seen.exported else 0)
    flowed = seen.taken.wh + seen.given.wh
    return seen.seconds >= LEAST_SECONDS and max(flowed, counted) >= LEAST_WH


def _stuck(seen: Evidence) -> list[Fault]:
    """Return the registers that stand while energy flows their way, where nothing else is wrong."""
    if OTHERS[0].fit(seen) is not Fit.FAILS:
        # what it was to count may be what the other one counts
        return []
    pairs = [("import", seen.imported, seen.taken), ("export", seen.exported, seen.given)]
    found = []
    for (name, track, way), share in zip(pairs, SOUND.shares(seen), strict=False):
        if track is None or share.fit is Fit.FITS:
            continue
        least = max(Decimal(STUCK_WH), STUCK_GRANULES * (seen.granule_wh or 1)) + share.slack
        if track.moves or way.wh < least or way.seconds < STUCK_SECONDS:
            return []
        found.append(faults.stuck(name, track, way.wh, seen))
    return found


def _may_stand(seen: Evidence) -> bool:
    """Return whether all that is wrong so far may be a register that stands."""
    tracks = [seen.imported, seen.exported]
    return all(
        share.fit is Fit.FITS or (track is not None and not track.moves)
        for track, share in zip(tracks, SOUND.shares(seen), strict=False)
    )


def _balance(seen: Evidence) -> Fit:
    """Return how the registers' difference stands to the power's, where neither lacks anything.

    Registers that count each phase by itself both have too much, by the same.
    """
    import_, *export = SOUND.shares(seen)
    if not export:
        return Fit.FAILS
    too_much = [share.counted - share.expected for share in (import_, export[0])]
    flowed = import_.expected + export[0].expected
    apart = abs(too_much[0] - too_much[1])
    difference = Share(flowed + apart, flowed, import_.slack + export[0].slack)
    lacking = [share.fit for share in (import_, export[0]) if share.counted < share.expected]
    return Fit.worst([difference.fit, *lacking])


def _is_opposed(opposed: Opposition) -> bool:
    """Return whether a register surely counted against the power's direction."""
    return (
        opposed.moves >= LEAST_MOVES
        and opposed.counted_wh >= OPPOSED_WH
        and opposed.counted_wh >= OPPOSED_PART * opposed.flowed_wh
    )


def _is_other(seen: Evidence) -> bool:
    """Return whether registers that do move, for long enough, are none of this power's."""
    tracks = [seen.imported, seen.exported]
    fails = [
        track is None or track.moves >= LEAST_MOVES
        for track, share in zip(tracks, SOUND.shares(seen), strict=False)
        if share.fit is not Fit.FITS
    ]
    return seen.seconds >= MISMATCH_SECONDS and all(fails)


def _takes(seen: Evidence) -> bool | None:
    """Return whether power was taken, by its own sign; None where it went both ways."""
    if seen.taken.wh > _ONE_WAY * seen.given.wh:
        return True
    return False if seen.given.wh > _ONE_WAY * seen.taken.wh else None


def _told(seen: Evidence, taking: bool | None) -> bool | None:
    """Return whether the sign of the power is right, as far as anybody knows."""
    by_power = _takes(seen)
    return None if taking is None or by_power is None else by_power is taking


def _is_close(seen: Evidence) -> bool:
    shares = [share for share in SOUND.shares(seen) if share.expected > share.slack]
    flowed = sum((share.expected for share in shares), Decimal(0))
    return sum((share.slack for share in shares), Decimal(0)) <= SURE_WITHIN * flowed


def _agreement(seen: Evidence) -> str:
    told, untold = [], ""
    for name, share in _shares(seen):
        if share.expected > share.slack:
            told.append(f"{name} counted {wh(share.counted)} of {wh(share.expected)}")
        else:
            untold = f"; {name} had nothing to count"
    return f"Power and registers agree: {', '.join(told)}{untold}."


def _doubt(seen: Evidence) -> str:
    energy = seen.taken.wh + seen.given.wh
    flowed = f"{wh(energy)} flowed in {int(seen.seconds)} s"
    step = seen.imported.largest_wh or seen.granule_wh or Decimal(0)
    if step >= LEAST_WH:
        moves = "moves" if seen.moves else "may move"
        flowed += f", and its register {moves} in steps of {wh(step)}"
    if seen.readings > 1 and not seen.seconds:
        return "Its readings lie too far apart to be summed."
    if not _is_enough(seen):
        return f"Not yet enough energy to say: {flowed}."
    if not seen.moves and energy > STUCK_GRANULES * step:
        return f"No register has moved yet, although {flowed}."
    if SOUND.fit(seen) is Fit.FITS:
        return f"Nothing is wrong so far, but it is not yet enough energy to say: {flowed}."
    told = [
        f"{name} counted {wh(one.counted)} of {wh(one.expected)}" for name, one in _shares(seen)
    ]
    return f"Not yet enough energy to say; power and registers lie apart: {', '.join(told)}."


def _shares(seen: Evidence) -> Iterator[tuple[str, Share]]:
    return zip(("import", "export"), SOUND.shares(seen), strict=False)


def _flow(import_wh: Decimal, export_wh: Decimal | None) -> Flow:
    return Flow(
        import_wh=round(float(import_wh), 3),
        export_wh=None if export_wh is None else round(float(export_wh), 3),
    )
