"""The spans: of what several operators did, only what each did in its own time is an interval's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet

import msgspec

from console.model.interval import Interval
from console.model.observed import Delivered, Observed


def keep_to_span(
    records: Iterable[Observed], signs: Callable[[Interval], bool], foreign: AbstractSet[int]
) -> Iterator[Observed]:
    """Yield one operator's records; what is not of its span loses its tag, and so makes no row.

    A delivery of an interval that another operator signs, or of a mosaic that another one made,
    stays among the records as any other message of the account does.

    Args:
        records: what the operator's account did.
        signs: whether an interval is this operator's to sign.
        foreign: the mosaics of the community's other operators.
    """
    for record in records:
        if isinstance(record, Delivered) and record.tag is not None:
            moved = {mosaic for mosaic, _ in record.mosaics}
            if not signs(record.tag.interval) or moved & foreign:
                yield msgspec.structs.replace(record, tag=None)
                continue
        yield record
