"""The vouched: what the seals on the chain say of the audit log, in sentences."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.cli.printing import counted, local
from console.model.tending import SealCheck, SealGap, SealGroup, SealOf


def seal_lines(found: SealCheck, zone: ZoneInfo) -> list[str]:
    """Return how far the seals vouch, what the log itself explains, and what is missing."""
    lines = [_vouching(found, zone)]
    if found.newer is not None:
        lines.append(
            f"{_named(found.newer, zone)} newer than a backup that was put back, as this log says: "
            "the records of that time went with the store that was replaced."
        )
    if found.taken is not None:
        lines.append(
            f"{_named(found.taken, zone)} taken from the chain, as this log says, for the store "
            "did not know them: so it is after a lost store or an older one put back. If neither "
            "happened, records were removed."
        )
    if found.missing is not None and found.first is not None:
        lines += [
            f"{_named(found.missing, zone)} of records that this log does not have:",
            *_gap(found.first, zone),
            "The log was cut off or written anew after it was sealed; or the store was lost and "
            "its engine has not yet taken the seals from the chain: start and unlock it. A copy of "
            "the store from before tells what was there.",
        ]
    return lines


def _vouching(found: SealCheck, zone: ZoneInfo) -> str:
    if not found.seals:
        return "Nothing is sealed on the chain yet, so nothing outside vouches for the log."
    seals = f"{found.vouching} of {counted(found.seals, 'seal')} on the chain"
    seals += " vouches" if found.vouching == 1 else " vouch"
    if found.last is None:
        return f"{seals} for this log."
    upto = f"record {found.last.seq} of {local(found.last.time, zone)}"
    after = counted(found.after, "record")
    return f"{seals} for this log, up to {upto}; {after} came after it."


def _named(group: SealGroup, zone: ZoneInfo) -> str:
    first, last = (_subject(one, zone) for one in (group.first, group.last))
    if group.count == 1:
        return f"1 seal, of {first}, is"
    return f"{group.count} seals, of {first} to {last}, are"


def _subject(of: SealOf, zone: ZoneInfo) -> str:
    return local(of.interval.start, zone) if of.interval is not None else of.name


def _gap(gap: SealGap, zone: ZoneInfo) -> list[str]:
    interval = f"{gap.of.name}, " if gap.of.interval is not None else ""
    name = f"{_subject(gap.of, zone)} ({interval}block {gap.height})"
    own = "plan" if gap.of.interval is not None else "decision"
    first, whole = gap.after + 1, f"records 1 to {gap.after} are as sealed" if gap.after else ""
    if gap.decided is None:
        what = f"the record of its {own} is gone, and with it what stood from record {first} on"
    elif gap.decided - 1 > first:
        what = (
            f"of the records {first} to {gap.decided - 1}, before its {own}, one is not as sealed"
        )
    else:
        what = f"record {first} is not as sealed"
    return [
        f"  the first is {name}: {what}{f'; {whole}' if whole else ''}.",
        f"  The seal carries the head {gap.head.hex().upper()}.",
    ]
