"""The records: what the operators' accounts did, read from the chain page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from console.engine.parts import Parts
from console.ledger.spans import keep_to_span
from console.model.observed import Observed


async def pages_of_records(parts: Parts, from_height: int) -> AsyncIterator[list[Observed]]:
    """Yield the records of all operators, one after the other, each kept to its own span.

    An aggregate is never cut in two: the node's pages may, and its seal says nothing alone.

    Args:
        parts: the chain and who signs on it.
        from_height: from this block on.
    """
    for operator in parts.line.operators:
        foreign = parts.members.foreign(operator.public_key)
        signs = partial(parts.line.signs, operator)
        offset, cut = "", list[Observed]()
        while True:
            page = await parts.chain.records(operator.public_key, offset, from_height)
            whole, cut = _whole([*cut, *page.records], last=not page.offset)
            yield [*keep_to_span(whole, signs, foreign)]
            if not page.offset:
                break
            offset = page.offset


def _whole(records: list[Observed], *, last: bool) -> tuple[list[Observed], list[Observed]]:
    """Return the records up to the last aggregate of a page, and that one, which may go on."""
    if last or not records:
        return records, []
    newest = records[-1].place.transaction
    begin = next(at for at, one in enumerate(records) if one.place.transaction == newest)
    return records[:begin], records[begin:]


async def read_records(parts: Parts, from_height: int) -> list[Observed]:
    """Return the records of all operators from a block on, each kept to its own span."""
    return [record async for page in pages_of_records(parts, from_height) for record in page]
