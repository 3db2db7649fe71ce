"""The proof: the one transfer behind a ledger row, as the chain holds it."""

from __future__ import annotations

from console.model.entry import EntryState
from console.model.settlement import State
from console.model.view import EntryProof
from console.tui import format as written
from console.tui.cells import Line, Row, cut
from console.tui.look import Look

_VALUES = 15
_MOST_MOSAICS = 8
_LONGEST_NAME = 14
_STATES = {EntryState.SEALED: State.SEALED, EntryState.FINAL: State.FINAL}


def draw_proof(proof: EntryProof, room: int, look: Look) -> list[Line]:
    """Draw a row's proof beside the list.

    Args:
        proof: the engine's answer.
        room: the cells of a line.
        look: glyphs and styles.
    """
    more = look.glyphs.more
    entry = proof.entry
    lines = [
        _heading(proof, look),
        _named("transaction", written.address(entry.transaction.hex().upper(), more), look),
        _block(proof, look),
        Row().to(2).add(f"aggregate, {_aggregate(proof, ' inner')}").segments,
        Row().to(2).add("signed by the operator").segments,
        *_seal(proof, look),
        [],
        _named(
            "taken from" if entry.wh < 0 else "transfer to",
            f"{_house(entry.consumer)}  {written.address(proof.wallet, more)}",
            look,
        ),
        *_mosaics(proof, look),
        [],
        Row().to(2).add("message", look.ink.dim).segments,
        Row().to(4).add(cut(proof.message, max(8, room - 4), more)).segments,
        [],
    ]
    price = f"{written.price(entry.price_micro_per_kwh)} {cut(entry.currency, 6)}/kWh"
    product = f"{written.kwh(entry.wh)} kWh {look.glyphs.times} {price}"
    lines.append(Row().to(2).add("this row", look.ink.dim).to(16).add(product).segments)
    amount = f"= {written.money(entry.amount_nano)} {cut(entry.currency, 6)}"
    return [*lines, Row().to(16).add(amount).segments]


def draw_proof_short(proof: EntryProof, room: int, look: Look) -> list[Line]:
    """Draw a row's proof in four lines below the list.

    Args:
        proof: the engine's answer.
        room: the cells of a line.
        look: glyphs and styles.
    """
    entry, more = proof.entry, look.glyphs.more
    glyph, word, ink = look.state(_STATES[entry.state], entry.height)
    seal = f"seal {glyph}" if proof.inputs_root else "seal missing"
    block = Row().to(2).add(f"block {entry.height} ").add(f"{glyph} {word}", ink)
    block.add(f"   aggregate of {_aggregate(proof, '')}   ")
    block.add(cut(seal, max(0, room - block.length), more), None if proof.inputs_root else
              look.ink.alarm)  # fmt: skip
    way = "taken back from" if entry.wh < 0 else "to"
    transfer = Row().to(2).add(f"{way} {written.address(proof.wallet, more)}")
    total = f"   = {written.kwh(sum(wh for _, wh in proof.mosaics))} kWh"
    for number, (house, wh) in enumerate(proof.mosaics):
        part = f"   {cut(house, 16, more)} {wh:,}"
        rest = len(proof.mosaics) - number
        if transfer.length + len(part) + len(total) + 12 > room and rest > 1:
            transfer.add(f"   and {rest} more")
            break
        transfer.add(part)
    return [
        _heading(proof, look, indent=1),
        block.segments,
        transfer.add(total).segments,
        Row().to(2).add(cut(proof.message, room - 3, more)).segments,
    ]


def _heading(proof: EntryProof, look: Look, indent: int = 0) -> Line:
    rule = look.glyphs.rule * 2
    entry = proof.entry
    names = f"{_house(entry.producer)} {look.glyphs.arrow} {_house(entry.consumer)}"
    row = Row().to(indent).add(f"{rule} ", look.ink.dim).add(names)
    return row.add(f" {rule}", look.ink.dim).segments


def _house(name: str) -> str:
    return cut(name, _LONGEST_NAME)


def _named(name: str, value: str, look: Look) -> Line:
    return Row().to(2).add(name, look.ink.dim).to(_VALUES).add(value).segments


def _block(proof: EntryProof, look: Look) -> Line:
    entry = proof.entry
    glyph, word, ink = look.state(_STATES[entry.state], entry.height)
    row = Row().to(2).add(f"block {entry.height}").add(" ").to(_VALUES).add(f"{glyph} {word}", ink)
    if word == State.SEALED:
        blocks = max(1, entry.height - look.final_height)
        row.add(f", final in {blocks} block{'s' * (blocks > 1)}")
    return row.segments


def _aggregate(proof: EntryProof, inner: str) -> str:
    return f"{proof.inner}{inner}, {proof.size:,} bytes, part {proof.part}/{proof.parts}"


def _seal(proof: EntryProof, look: Look) -> list[Line]:
    if not proof.inputs_root:
        missing = Row().to(2).add("seal", look.ink.dim).to(_VALUES).add("missing", look.ink.alarm)
        return [missing.segments]
    entry = proof.entry
    interval = entry.interval
    seal = f"{look.clock(interval.start)}, {interval.minutes} min, revision {entry.revision}"
    root = written.address(proof.inputs_root.hex().upper(), look.glyphs.more)
    return [_named("seal", seal, look), _named("inputs root", root, look)]


def _mosaics(proof: EntryProof, look: Look) -> list[Line]:
    lines = [_amount(f"mosaic {house}", wh, look) for house, wh in proof.mosaics[:_MOST_MOSAICS]]
    if rest := proof.mosaics[_MOST_MOSAICS:]:
        lines.append(_amount(f"{len(rest)} more", sum(wh for _, wh in rest), look))
    return [*lines, _amount("together", sum(wh for _, wh in proof.mosaics), look)]


def _amount(name: str, wh: int, look: Look) -> Line:
    row = Row().to(4).fit(name, 15).add(" ").end(f"{wh:,}", 24)
    return row.add(f" = {written.kwh(wh)} kWh").segments
