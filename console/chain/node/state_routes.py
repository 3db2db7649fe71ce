"""The routes of the state: accounts, mosaics, metadata, namespaces."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha3_256
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.chain.node import asking, shapes
from console.chain.node.archive import Span
from console.chain.node.identity import account_of
from console.chain.node.storing import id_blob
from console.errors import invariant

if TYPE_CHECKING:
    from console.chain.node.node import EmbeddedNode

_ACCOUNT_KIND = b"\0"
_NO_TARGET = bytes(8)


class StateRoutes:
    """Answers about what is there after the last block."""

    def __init__(self, node: EmbeddedNode) -> None:
        """Take the node."""
        self._database = node.database
        self.routes = [
            Route("/accounts/{account}", self._account),
            Route("/mosaics", self._mosaics),
            Route("/mosaics/{mosaic}", self._mosaic),
            Route("/metadata", self._entries),
            Route("/namespaces/{namespace}", self._namespace),
        ]

    async def _account(self, request: Request) -> Response:
        name = request.path_params["account"]
        address = asking.parsed("accountId", name, _account_id)
        row = self._rows("SELECT seq FROM accounts WHERE address = ?", (address,))
        known = self._database.account(address)
        if not row or known is None:
            raise asking.absent(name)
        return asking.answer(shapes.account(row[0][0], address, known))

    async def _mosaic(self, request: Request) -> Response:
        name = request.path_params["mosaic"]
        id_ = asking.parsed("mosaicId", name, asking.id_64)
        rows = self._rows("SELECT seq FROM mosaics WHERE id = ?", (id_blob(id_),))
        if not rows:
            raise asking.absent(name)
        return asking.answer(self._mosaic_shape(rows[0][0], id_))

    async def _mosaics(self, request: Request) -> Response:
        span, page = asking.span_of(request.query_params)
        owner = asking.optional(request.query_params, "ownerAddress", asking.address)
        rows = self._page("SELECT seq, id FROM mosaics", {"owner": owner}, span)
        data = [self._mosaic_shape(seq, int.from_bytes(id_)) for seq, id_ in rows]
        return asking.answer(shapes.page(data, page, span.size))

    async def _entries(self, request: Request) -> Response:
        query = request.query_params
        span, page = asking.span_of(query)
        key = asking.optional(query, "scopedMetadataKey", asking.id_64)
        where = {
            "source": asking.optional(query, "sourceAddress", asking.address),
            "target": asking.optional(query, "targetAddress", asking.address),
            "key": None if key is None else id_blob(key),
        }
        accounts_only = not asking.optional(query, "metadataType", asking.number)
        target = asking.optional(query, "targetId", asking.id_64)
        rows = (
            self._page("SELECT seq, source, target, key, value FROM entries", where, span)
            if accounts_only and not target
            else []
        )
        data = [_entry_shape(*row) for row in rows]
        return asking.answer(shapes.page(data, page, span.size))

    async def _namespace(self, request: Request) -> Response:
        name = request.path_params["namespace"]
        id_ = asking.parsed("namespaceId", name, asking.id_64)
        rows = self._rows("SELECT seq FROM namespaces WHERE id = ?", (id_blob(id_),))
        known = self._database.namespace(id_)
        if not rows or known is None:
            raise asking.absent(name)
        root = self._database.namespace(known.path[0])
        invariant(root, f"namespace {id_:016X} has no root")
        active = root is not None and root.height <= known.height
        active = active and self._database.tip().height < (root or known).end
        return asking.answer(shapes.namespace(rows[0][0], known, root or known, active=active))

    def _mosaic_shape(self, number: int, id_: int) -> shapes.Json:
        known = self._database.mosaic(id_)
        if known is None:
            raise asking.absent(f"{id_:016X}")
        return shapes.mosaic(number, id_, known)

    def _page(
        self, select: str, where: dict[str, bytes | None], span: Span
    ) -> list[tuple[Any, ...]]:
        clauses = [f"{column} = ?" for column, value in where.items() if value is not None]
        values: list[int | bytes] = [value for value in where.values() if value is not None]
        if span.after is not None:
            clauses.append("seq > ?" if span.ascending else "seq < ?")
            values.append(span.after)
        condition = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        order = "ORDER BY seq" if span.ascending else "ORDER BY seq DESC"
        sql = " ".join((select, condition, order, "LIMIT ? OFFSET ?"))
        return self._rows(sql, (*values, span.size, span.skip))

    def _rows(self, sql: str, values: Sequence[int | bytes]) -> list[tuple[Any, ...]]:
        return list(self._database.connection.execute(sql, values))


def _account_id(text: str) -> bytes:
    if len(text) == 64:
        return account_of(asking.hash_256(text))
    return asking.address(text)


def _entry_shape(
    number: int, source: bytes, target: bytes, key: bytes, value: bytes
) -> shapes.Json:
    scoped = int.from_bytes(key)
    composite = source + target + scoped.to_bytes(8, "little") + _NO_TARGET + _ACCOUNT_KIND
    where = (source, target, scoped)
    return shapes.entry(number, sha3_256(composite).digest(), where, value)
