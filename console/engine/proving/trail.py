"""The trail: who did what, page by page; its hash chain recomputed and held against the seals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from console.chain.clearing import clearing_key
from console.chain.seal import key_in
from console.engine.parts import Parts
from console.engine.posting.records import read_records
from console.errors import ChainError
from console.ledger.clearings import find_clearings
from console.ledger.seals import find_seals
from console.ledger.vouching import Vouching
from console.model.event import AuditRecord
from console.model.observed import Observed
from console.model.tending import AuditCheck, AuditPage
from console.store.audit import NO_HEAD, broken_links
from console.store.protocols import Audit

LINKS_A_PAGE = 1000
"""How many links are read at once."""


async def page(audit: Audit, after: int = 0, limit: int = LINKS_A_PAGE) -> AuditPage:
    """Return the links after a seq, oldest first.

    Args:
        audit: the store's audit log.
        after: the seq of the last link that is known.
        limit: how many at most, up to `LINKS_A_PAGE`.
    """
    records = await audit.records(after, min(limit, LINKS_A_PAGE))
    more = len(records) == min(limit, LINKS_A_PAGE)
    return AuditPage(records=tuple(records), next=records[-1].seq if more and records else None)


async def check(parts: Parts) -> AuditCheck:
    """Recompute the whole chain of hashes, page by page, and look for every seal's head in it."""
    community, trouble = parts.settings.community.id, ""
    records: list[Observed] = []
    try:
        # before the log: whatever is sealed by now was written down before
        records = await read_records(parts, 1)
    except ChainError as error:
        trouble = error.message
    vouching = Vouching(
        find_seals(records, key_in(community)).intervals,
        find_clearings(records, parts.members, partial(clearing_key, community)).cleared,
    )
    count = broken = 0
    first, head = None, NO_HEAD
    async for links, seqs in checked(parts.store.audit):
        vouching.take(links)
        count += len(links)
        broken += len(seqs)
        head = links[-1].head
        if first is None and seqs:
            first = next(link for link in links if link.seq == seqs[0])
    return AuditCheck(
        records=count,
        broken=broken,
        first=first,
        head=head,
        seals=None if trouble else vouching.result,
        trouble=trouble,
    )


async def checked(audit: Audit) -> AsyncIterator[tuple[list[AuditRecord], list[int]]]:
    """Yield each page of links with the seqs of its broken ones."""
    previous = None
    while links := await audit.records(previous.seq if previous else 0, LINKS_A_PAGE):
        yield links, broken_links(links, previous)
        previous = links[-1]
