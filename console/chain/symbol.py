"""Symbol: a chain seen through one node's REST API, the embedded one or a public one."""

from __future__ import annotations

from datetime import datetime

import httpx
from starlette.types import ASGIApp

from console.chain import answers, reading
from console.chain.chain import (
    BlockHead,
    Confirmation,
    MosaicInfo,
    Network,
    Page,
    TransactionDetail,
)
from console.chain.codec import Kind, address_bytes, address_of, address_text
from console.chain.connection import Connection
from console.chain.transaction_answers import Status, TransactionInfo, TransactionPage
from console.chain.wire import MOST_SECONDS, Absent, Wire
from console.errors import ChainError
from console.model.observed import Observed
from console.model.transaction import Tip

PAGE_SIZE = 100
"""Records of a page, the most that a node gives."""
HASHES_AT_ONCE = 100
"""Hashes in one question."""

_KINDS = "".join(f"&type={int(kind)}" for kind in reading.RECORDED)
_ENTRIES = f"&type={int(Kind.ACCOUNT_METADATA)}"


class SymbolChain:
    """The client of one Symbol node; every call may raise ChainError."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        base_url: str = "http://node",
        *,
        generation_hash: bytes | None = None,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        """Take the way to a node.

        Args:
            transport: carries the requests; closed with this.
            base_url: the node's address.
            generation_hash: the network that it must be of (32 bytes); where None, the one that
                it is of at first.
            most_seconds: the longest time for a request with its answer, s of loop time.
        """
        wire = Wire(transport, base_url, most_seconds=most_seconds)
        self._connection = Connection(wire, generation_hash)

    @classmethod
    def inside(cls, app: ASGIApp, *, generation_hash: bytes | None = None) -> SymbolChain:
        """Return the client of an application in this process, such as `EmbeddedNode.app`."""
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return cls(transport, generation_hash=generation_hash)

    @classmethod
    def over_tcp(cls, base_url: str, *, generation_hash: bytes | None = None) -> SymbolChain:
        """Return the client of a node at an address."""
        transport = httpx.AsyncHTTPTransport(trust_env=False)
        return cls(transport, base_url, generation_hash=generation_hash)

    async def network(self) -> Network:
        """Return the network's facts, asked once.

        Raises:
            WrongNetwork: the node is of another network than pinned.
        """
        return await self._connection.network()

    async def now(self) -> datetime:
        """Return the node's clock, aware UTC."""
        network = await self.network()
        answer = await self._connection.get("/node/time", answers.NodeTime)
        ms = reading.count(answer.communication_timestamps.receive_timestamp)
        return reading.instant(network.epoch, ms)

    async def tip(self) -> Tip:
        """Return the height and the final height."""
        answer = await self._connection.get("/chain/info", answers.ChainInfo)
        height = reading.height(answer.height)
        final = reading.height(answer.latest_finalized_block.height)
        if final > height:
            raise ChainError(f"A node says that block {final} is final and {height} its newest.")
        return Tip(height=height, final_height=final)

    async def block(self, height: int) -> BlockHead | None:
        """Return a block's head, None where there is none."""
        network = await self.network()
        if height < 1:
            return None
        try:
            answer = await self._connection.get(f"/blocks/{height}", answers.BlockInfo)
        except Absent:
            return None
        if reading.height(answer.block.height) != height:
            raise ChainError(f"A node was asked for block {height} and answered with another.")
        time = reading.instant(network.epoch, reading.count(answer.block.timestamp))
        return BlockHead(height=height, hash=reading.unhex(answer.meta.hash, 32), time=time)

    async def announce(self, payload: bytes) -> None:
        """Hand signed bytes to the node; its answer proves nothing."""
        await self._connection.put("/transactions", {"payload": _name(payload)})

    async def confirmations(self, hashes: list[bytes]) -> dict[bytes, Confirmation]:
        """Return those of the hashes that a block holds; the others are left out.

        A status can prove presence only. What has none, or a failed one, is asked for by its hash.
        """
        found: dict[bytes, Confirmation] = {}
        for begin in range(0, len(hashes), HASHES_AT_ONCE):
            part = hashes[begin : begin + HASHES_AT_ONCE]
            statuses = {reading.unhex(each.hash, 32): each for each in await self._statuses(part)}
            for hash_ in part:
                status = statuses.get(hash_)
                if status is not None and status.group == "confirmed":
                    height: int | None = reading.height(status.height)
                elif status is not None and status.group == "unconfirmed":
                    height = None
                else:
                    height = await self._height_of(hash_)
                if height is not None:
                    found[hash_] = Confirmation(hash=hash_, height=height)
        return found

    async def rejection(self, hash_: bytes) -> str:
        """Return the node's failure code for a hash, empty where it has none. Proves nothing."""
        try:
            status = await self._connection.get(f"/transactionStatus/{_name(hash_)}", Status)
        except Absent:
            return ""
        return status.code if status.group == "failed" else ""

    async def records(self, operator_key: bytes, offset: str = "", from_height: int = 1) -> Page:
        """Return a page of what an account's transactions did, in the chain's order.

        Args:
            operator_key: the account's public key (32 bytes).
            offset: where the page before ended; empty for the first.
            from_height: leave out what stands below this block.
        """
        more = f"&fromHeight={from_height}" if from_height > 1 else ""
        return await self._records(operator_key, offset, _KINDS + more)

    async def entries(self, operator_key: bytes, offset: str = "") -> Page:
        """Return a page of the entries that an account made on itself, seals among them.

        Args:
            operator_key: the account's public key (32 bytes).
            offset: where the page before ended; empty for the first.
        """
        return await self._records(operator_key, offset, _ENTRIES)

    async def _records(self, operator_key: bytes, offset: str, wanted: str) -> Page:
        network = await self.network()
        path = f"/transactions/confirmed?embedded=true&signerPublicKey={_name(operator_key)}"
        path += f"{wanted}&order=asc&pageSize={PAGE_SIZE}"
        if offset:
            path += f"&offset={reading.unhex(offset, 12).hex().upper()}"
        answer = await self._connection.get(path, TransactionPage)
        operator = address_of(operator_key, network.identifier)
        records = tuple(reading.observed(answer.data, operator_key, operator))
        full = len(answer.data) >= answer.pagination.page_size
        return Page(records=records, offset=answer.data[-1].id if full else "")

    async def transaction(self, hash_: bytes) -> TransactionDetail | None:
        """Return a confirmed transaction with what it did, None where no block holds it."""
        network = await self.network()
        info = await self._confirmed(hash_)
        if info is None:
            return None
        said = reading.head(info)
        signer = reading.unhex(said.signer_public_key, 32)
        records: tuple[Observed, ...] = tuple(
            reading.observed([info], signer, address_of(signer, network.identifier))
        )
        return TransactionDetail(
            hash=hash_,
            height=reading.height(info.meta.height),
            size=said.size,
            inner=len(said.transactions),
            signer=signer,
            records=records,
        )

    async def note(self, address: str, key: int) -> bytes | None:
        """Return the value of an account's metadata entry on itself, None where there is none."""
        account = address_bytes(address)
        path = f"/metadata?sourceAddress={address}&targetAddress={address}"
        path += f"&scopedMetadataKey={key:016X}&metadataType=0&order=asc&pageSize=10"
        answer = await self._connection.get(path, answers.EntryPage)
        for each in answer.data:
            entry = each.metadata_entry
            ends = reading.unhex(entry.source_address, 24), reading.unhex(entry.target_address, 24)
            if ends == (account, account) and reading.id_64(entry.scoped_metadata_key) == key:
                return reading.unhex(entry.value)
        return None

    async def holdings(self, address: str) -> dict[int, int]:
        """Return an account's atomic units by mosaic id; empty for an unknown account."""
        address_bytes(address)
        try:
            answer = await self._connection.get(f"/accounts/{address}", answers.AccountInfo)
        except Absent:
            return {}
        return dict(reading.holdings(answer.account.mosaics))

    async def mosaic(self, mosaic: int) -> MosaicInfo | None:
        """Return what the chain knows of a mosaic, None where there is none."""
        try:
            answer = await self._connection.get(f"/mosaics/{mosaic:016X}", answers.MosaicAnswer)
        except Absent:
            return None
        said = answer.mosaic
        if reading.id_64(said.id) != mosaic:
            raise ChainError(
                f"A node was asked for mosaic {mosaic:016X} and answered with another."
            )
        owner = address_text(reading.unhex(said.owner_address, 24))
        return MosaicInfo(id=mosaic, supply=reading.count(said.supply), owner=owner)

    async def close(self) -> None:
        """End the connections."""
        await self._connection.close()

    async def _statuses(self, hashes: list[bytes]) -> list[Status]:
        body = {"hashes": [_name(hash_) for hash_ in hashes]}
        return await self._connection.post("/transactionStatus", body, list[Status])

    async def _height_of(self, hash_: bytes) -> int | None:
        info = await self._confirmed(hash_)
        return None if info is None else reading.height(info.meta.height)

    async def _confirmed(self, hash_: bytes) -> TransactionInfo | None:
        path = f"/transactions/confirmed/{_name(hash_)}"
        try:
            info = await self._connection.get(path, TransactionInfo)
        except Absent:
            return None
        if reading.unhex(info.meta.hash, 32) != hash_:
            raise ChainError("A node was asked for one transaction and answered with another.")
        return info


def _name(raw: bytes) -> str:
    return raw.hex().upper()
