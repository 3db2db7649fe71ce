"""A chain between the engine and the real one that fails as nodes and networks fail."""

from __future__ import annotations

from datetime import datetime

from console.chain.chain import (
    BlockHead,
    Chain,
    Confirmation,
    MosaicInfo,
    Network,
    Page,
    TransactionDetail,
)
from console.errors import ChainError
from console.model.transaction import Tip


class FaultyChain:
    """Passes everything on, but for what it is told to lose, to hide or to refuse."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.silent = False
        """Whether no question is answered at all."""
        self.questions_left: int | None = None
        """After how many questions it falls silent."""
        self.loses = False
        """Whether announcements are swallowed although they seem taken."""
        self.drops: set[bytes] = set()
        """Announcements that alone are swallowed."""
        self.hangs_up = False
        """Whether announcements are taken and then seem to fail."""
        self.newest: int | None = None
        """The newest block that is shown; later ones are hidden, as after a reorganisation."""
        self.announced: list[bytes] = []
        """All bytes that were handed over, in order."""

    def replace(self, chain: Chain) -> None:
        """Pass on to another chain from now on."""
        self._chain = chain

    async def network(self) -> Network:
        self._ask()
        return await self._chain.network()

    async def now(self) -> datetime:
        self._ask()
        return await self._chain.now()

    async def tip(self) -> Tip:
        self._ask()
        tip = await self._chain.tip()
        newest = min(tip.height, self.newest or tip.height)
        return Tip(height=newest, final_height=min(tip.final_height, newest))

    async def block(self, height: int) -> BlockHead | None:
        self._ask()
        return await self._chain.block(height) if self._shows(height) else None

    async def announce(self, payload: bytes) -> None:
        self._ask()
        self.announced.append(payload)
        if not self.loses and payload not in self.drops:
            await self._chain.announce(payload)
        if self.hangs_up:
            raise ChainError("the node took it and hung up")

    async def confirmations(self, hashes: list[bytes]) -> dict[bytes, Confirmation]:
        self._ask()
        found = await self._chain.confirmations(hashes)
        return {hash_: place for hash_, place in found.items() if self._shows(place.height)}

    async def rejection(self, hash_: bytes) -> str:
        self._ask()
        return await self._chain.rejection(hash_)

    async def records(self, operator_key: bytes, offset: str = "", from_height: int = 1) -> Page:
        self._ask()
        page = await self._chain.records(operator_key, offset, from_height)
        shown = tuple(record for record in page.records if self._shows(record.place.height))
        return Page(records=shown, offset=page.offset)

    async def entries(self, operator_key: bytes, offset: str = "") -> Page:
        self._ask()
        page = await self._chain.entries(operator_key, offset)
        shown = tuple(record for record in page.records if self._shows(record.place.height))
        return Page(records=shown, offset=page.offset)

    async def transaction(self, hash_: bytes) -> TransactionDetail | None:
        self._ask()
        detail = await self._chain.transaction(hash_)
        return detail if detail is not None and self._shows(detail.height) else None

    async def note(self, address: str, key: int) -> bytes | None:
        self._ask()
        return await self._chain.note(address, key)

    async def holdings(self, address: str) -> dict[int, int]:
        self._ask()
        return await self._chain.holdings(address)

    async def mosaic(self, mosaic: int) -> MosaicInfo | None:
        self._ask()
        return await self._chain.mosaic(mosaic)

    async def close(self) -> None:
        await self._chain.close()

    def _ask(self) -> None:
        if self.questions_left is not None:
            self.questions_left -= 1
        if self.silent or self.questions_left == -1:
            raise ChainError("the node is silent")

    def _shows(self, height: int) -> bool:
        return self.newest is None or height <= self.newest
