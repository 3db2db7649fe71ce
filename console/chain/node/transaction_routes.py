"""The routes of transactions: announce, status, search."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.chain.node import asking, shapes
from console.chain.node.archive import Filter, Found, Span
from console.chain.node.identity import account_of

if TYPE_CHECKING:
    from console.chain.node.node import EmbeddedNode

MOST_HASHES = 1_000
"""Hashes in one question."""
_PUSHED = {"message": "packet 9 was pushed to the network via /transactions"}


class Announcement(msgspec.Struct):
    """The body of PUT /transactions."""

    payload: str
    """The signed bytes as hexadecimal digits."""


class Hashes(msgspec.Struct):
    """The body of POST /transactionStatus."""

    hashes: list[str]
    """Transactions' hashes."""


class TransactionRoutes:
    """Answers about transactions."""

    def __init__(self, node: EmbeddedNode) -> None:
        """Take the node."""
        self._node = node
        self.routes = [
            Route("/transactions", self._announce, methods=["PUT"]),
            Route("/transactionStatus", self._statuses, methods=["POST"]),
            Route("/transactionStatus/{hash}", self._status),
            Route("/transactions/confirmed", self._search),
            Route("/transactions/confirmed/{id}", self._confirmed),
            Route("/transactions/unconfirmed", self._waiting),
            Route("/transactions/unconfirmed/{id}", self._one_waiting),
        ]

    async def _announce(self, request: Request) -> Response:
        body = await asking.body_of(request, Announcement)
        payload = asking.parsed("payload", body.payload, asking.unhex)
        if self._node.read_only:
            raise HTTPException(503, "this chain is open for reading only")
        self._node.announce(payload)
        return asking.answer(_PUSHED, 202)

    async def _statuses(self, request: Request) -> Response:
        body = await asking.body_of(request, Hashes)
        if len(body.hashes) > MOST_HASHES:
            raise asking.invalid("hashes")
        hashes = [asking.parsed("hashes", text, asking.hash_256) for text in body.hashes]
        statuses = [self._status_of(hash_) for hash_ in dict.fromkeys(hashes)]
        return asking.answer([status for status in statuses if status is not None])

    async def _status(self, request: Request) -> Response:
        name = request.path_params["hash"]
        status = self._status_of(asking.parsed("hash", name, asking.hash_256))
        if status is None:
            raise asking.absent(name)
        return asking.answer(status)

    def _status_of(self, hash_: bytes) -> dict[str, str] | None:
        pool, archive = self._node.pool, self._node.archive
        found = archive.by_hash(hash_)
        if found is not None:
            deadline = archive.parsed(found.id).transaction.deadline
            status = _status("confirmed", "Success", hash_, deadline)
            return {**status, "height": str(found.height)}
        candidate = pool.waiting.get(hash_)
        if candidate is not None:
            deadline = candidate.parsed.transaction.deadline
            return _status("unconfirmed", "Success", hash_, deadline)
        refused = pool.refused.get(hash_)
        if refused is None:
            return None
        return _status("failed", refused.code, hash_, refused.deadline)

    async def _search(self, request: Request) -> Response:
        span, number = asking.span_of(request.query_params)
        wanted = _filter_of(request)
        if wanted.mosaic is None:
            found = self._node.archive.search(wanted, span)
        else:
            found = await self._carrying(wanted, wanted.mosaic, span)
        return asking.answer(shapes.page([self._shape(each) for each in found], number, span.size))

    async def _carrying(self, wanted: Filter, mosaic: int, span: Span) -> list[Found]:
        archive = self._node.archive
        matching: list[Found] = []
        part = msgspec.structs.replace(span, size=asking.LARGEST_PAGE, skip=0)
        while len(matching) < span.skip + span.size:
            rows = archive.search(wanted, part)
            matching += [row for row in rows if archive.carries(row, mosaic)]
            if len(rows) < part.size:
                break
            part = msgspec.structs.replace(part, after=rows[-1].id)
            await asyncio.sleep(0)
        return matching[span.skip : span.skip + span.size]

    async def _confirmed(self, request: Request) -> Response:
        name, archive = request.path_params["id"], self._node.archive
        if len(name) == 24:
            found = archive.by_id(asking.parsed("transactionId", name, asking.object_number))
        else:
            found = archive.by_hash(asking.parsed("transactionId", name, asking.hash_256))
        if found is None:
            raise asking.absent(name)
        shape = self._shape(found)
        if "cosignatures" in shape["transaction"]:
            inner = [self._shape(each) for each in archive.inner(found)]
            shape["transaction"]["transactions"] = inner
        return asking.answer(shape)

    def _shape(self, found: Found) -> dict[str, Any]:
        archive = self._node.archive
        if found.aggregate is not None:
            return shapes.confirmed(found, archive.transaction(found), None, 0)
        parsed = archive.parsed(found.id)
        return shapes.confirmed(found, parsed.transaction, parsed, archive.size(found.id))

    async def _waiting(self, request: Request) -> Response:
        span, number = asking.span_of(request.query_params)
        key = asking.optional(request.query_params, "signerPublicKey", asking.hash_256)
        waiting = [
            candidate
            for candidate in self._node.pool.waiting.values()
            if key in (None, candidate.parsed.transaction.signer)
        ]
        shown = enumerate(waiting[span.skip : span.skip + span.size], span.skip)
        data = [shapes.waiting(at, each.hash, each.parsed, len(each.payload)) for at, each in shown]
        return asking.answer(shapes.page(data, number, span.size))

    async def _one_waiting(self, request: Request) -> Response:
        name = request.path_params["id"]
        hash_ = asking.parsed("transactionId", name, asking.hash_256)
        candidate = self._node.pool.waiting.get(hash_)
        if candidate is None:
            raise asking.absent(name)
        shape = shapes.waiting(0, hash_, candidate.parsed, len(candidate.payload))
        return asking.answer(shape)


def _status(group: str, code: str, hash_: bytes, deadline: int) -> dict[str, str]:
    name = shapes.upper(hash_)
    return {"group": group, "code": code, "hash": name, "deadline": str(deadline)}


def _filter_of(request: Request) -> Filter:
    query = request.query_params
    if query.get("fromTransferAmount") or query.get("toTransferAmount"):
        raise HTTPException(409, "this node does not filter by amounts")
    account = asking.optional(query, "address", asking.address)
    key = asking.optional(query, "signerPublicKey", asking.hash_256)
    recipient = asking.optional(query, "recipientAddress", asking.address)
    if account is not None and (key is not None or recipient is not None):
        raise HTTPException(409, "address stands without signerPublicKey and recipientAddress")
    height = asking.optional(query, "height", asking.number)
    first = asking.optional(query, "fromHeight", asking.number)
    last = asking.optional(query, "toHeight", asking.number)
    kinds = tuple(asking.parsed("type", text, asking.number) for text in query.getlist("type"))
    if len(kinds) > asking.LARGEST_PAGE:
        raise asking.invalid("type")
    return Filter(
        address=account,
        signer=None if key is None else account_of(key),
        recipient=recipient,
        kinds=kinds,
        embedded=bool(asking.optional(query, "embedded", asking.truth)),
        from_height=first if height is None else height,
        to_height=last if height is None else height,
        mosaic=asking.optional(query, "transferMosaicId", asking.id_64),
    )
