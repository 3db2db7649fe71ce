"""The rotation: the exchange of the operator's key, looked at and begun.

It is begun by one write to the store, which names the new operator as one who comes; the
succession takes it on from there. Until the chain holds both accounts' entries for good nothing is
signed by the new key, and the old one signs no interval from the edge on.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import msgspec

from console.chain import keystore
from console.chain.codec import address_of, address_text
from console.chain.keyfile import OperatorKey
from console.chain.keyring import place_beside
from console.chain.succession import successor_of
from console.engine.keys import keyfiles
from console.engine.keys.custody import Lock
from console.engine.keys.lineage import FACT, told_line
from console.engine.keys.succession import Succession
from console.engine.parts import Parts
from console.engine.remembered import gather_members, remember
from console.engine.settling.settler import Settler
from console.errors import KeyFileError, Refused, WrongPassphrase
from console.model.event import EventKind
from console.model.operator import MOST_OPERATORS, Operator
from console.model.rotation import KeyNow, Rotate, Rotated
from console.model.settlement import State

WAITING = (State.CLOSED, State.HELD, State.HALTED, State.FROZEN)
"""The states of intervals that have ended and are not signed."""

_UNLOCK = "Unlock it with: mosaic unlock"


class Rotation:
    """Tells how the key stands, and begins an exchange of it."""

    def __init__(
        self,
        parts: Parts,
        settler: Settler,
        succession: Succession,
        lock: Lock,
        turn: asyncio.Lock,
        key_file: Path,
    ) -> None:
        """Exchange the parts' key.

        Args:
            parts: the parts, whose line and keys are exchanged.
            settler: tells whether anything is signed at all.
            succession: goes on with what was begun.
            lock: opens the present keystore.
            turn: held while the line is exchanged, so that nothing is decided in between.
            key_file: the present keystore.
        """
        self._parts = parts
        self._settler = settler
        self._succession = succession
        self._lock = lock
        self._turn = turn
        self._key_file = key_file
        self._busy = asyncio.Lock()

    async def state(self) -> KeyNow:
        """Return how the key stands, and what an exchange of it would mean now."""
        parts = self._parts
        waiting = await parts.store.settlements.in_state(*WAITING)
        coming = self._account(parts.line.newest.public_key) if parts.line.coming else ""
        hindrance, advice = self._hindrance()
        return KeyNow(
            account=self._account(parts.operator.public_key),
            since=parts.operator.since,
            sealed=not keystore.is_plain(self._key_file),
            edge=self._edge(),
            waiting=len(waiting),
            coming=coming,
            hindrance=hindrance,
            advice=advice,
        )

    async def rotate(self, command: Rotate, actor: str) -> Rotated:
        """Begin to exchange the key for the one whose keystore lies beside it.

        It signs from the next edge on. Every try is audited, and none with a passphrase.

        Raises:
            WrongPassphrase: the present or the new keystore does not open.
            Refused: the key cannot be exchanged now, or not for that one.
            KeyFileError: a key file cannot be read or written.
            ChainError: the chain does not answer.
        """
        if self._busy.locked():
            raise Refused("an exchange of the key is being begun.", advice="Wait a moment.")
        async with self._busy:
            return await self._tried(command, actor)

    async def _tried(self, command: Rotate, actor: str) -> Rotated:
        try:
            self._require()
            if not keystore.is_plain(self._key_file):
                await self._lock.open(command.present)
            fresh = await asyncio.to_thread(self._open, command)
            await self._check(fresh)
            await asyncio.to_thread(
                keyfiles.stage, self._key_file, self._own_keys(), command.passphrase
            )
            async with self._turn:
                self._require()
                rotated = await self._begin(fresh, actor)
        except (KeyFileError, Refused) as error:
            await self._parts.store.audit.append(
                self._parts.clock.now(), actor, "key rotate refused", "{}"
            )
            wrong = isinstance(error, WrongPassphrase)
            text = "a wrong passphrase was given" if wrong else error.message
            await self._parts.log.say(
                EventKind.OPERATOR, f"the key is not exchanged: {text}", actor=actor
            )
            raise
        return rotated

    async def _begin(self, fresh: OperatorKey, actor: str) -> Rotated:
        parts, edge = self._parts, self._edge()
        former = self._account(parts.line.newest.public_key)
        rotated = Rotated(account=self._account(fresh.public_key), former=former, edge=edge)
        line = parts.line.followed_by(Operator(fresh.public_key, edge))
        keys = {**parts.keys, fresh.public_key: fresh}
        network = parts.network.identifier
        members = await gather_members(parts.store, parts.settings, line, keys, network)
        now, body = parts.clock.now(), msgspec.json.encode(rotated).decode()
        await parts.store.audit.append(now, actor, "key rotate", body, {FACT: told_line(line)})
        parts.line, parts.keys = line, keys
        parts.take(parts.settings, members)
        await self._succession.put_in_place()
        await remember(parts.store, members)
        name = parts.local_name(parts.interval_at(edge))
        text = f"the key is exchanged: from {name} on account {rotated.account} signs"
        await parts.log.say(EventKind.OPERATOR, text, actor=actor)
        return rotated

    def _require(self) -> None:
        hindrance, advice = self._hindrance()
        if hindrance:
            raise Refused(hindrance, advice=advice)

    def _hindrance(self) -> tuple[str, str]:
        """Return why the key cannot be exchanged now and what to do; empty where it can."""
        parts, line = self._parts, self._parts.line
        newest = self._account(line.newest.public_key)
        if parts.key is None:
            return "the operator's key is locked.", _UNLOCK
        if self._settler.halted:
            return f"nothing is signed: {self._settler.halted}.", "Clear up that interval first."
        if line.ends is not None:
            return f"account {newest} named a successor elsewhere.", "See docs/keys.md."
        if line.coming:
            return f"account {newest} is taking over.", "Wait until its entries are final."
        if line.newest.since is not None and self._edge() <= line.newest.since:
            return f"account {newest} has not signed yet.", "Wait until its first edge has passed."
        if len(line.operators) >= MOST_OPERATORS:
            return f"the key was exchanged {len(line.operators) - 1} times; that is the most.", ""
        return "", ""

    def _open(self, command: Rotate) -> OperatorKey:
        """Return the new key from its keystore."""
        path = self._key_file.with_name(f"{self._key_file.name}.{command.account}")
        fresh = keystore.open_keystore(path, command.passphrase)
        if path != place_beside(self._key_file, fresh.public_key):
            raise Refused(f"{path} is not named after its account.")
        return fresh

    async def _check(self, fresh: OperatorKey) -> None:
        """Refuse a key that ever signed, and a rotation that the account cannot name.

        Raises:
            Refused: the key is known, or the present account has a successor already.
        """
        parts = self._parts
        account, community = self._account(fresh.public_key), parts.settings.community.id
        if fresh.public_key in {operator.public_key for operator in parts.line.operators}:
            raise Refused(f"account {account} is or was this community's own; a new key is needed.")
        if (await parts.chain.records(fresh.public_key)).records:
            raise Refused(
                f"account {account} has signed on this chain already, for another community "
                "perhaps; a new key is needed."
            )
        if await successor_of(parts.chain, community, parts.line.newest.public_key) is not None:
            raise Refused(
                "the community's account has named a successor already.",
                advice="Start the engine again: it reads from the chain whose key signs.",
            )

    def _own_keys(self) -> list[OperatorKey]:
        line, keys = self._parts.line, self._parts.keys
        known = (keys.get(operator.public_key) for operator in line.operators)
        return [key for key in known if key is not None]

    def _edge(self) -> datetime:
        return self._parts.interval_at(self._parts.clock.now()).end

    def _account(self, public_key: bytes) -> str:
        return address_text(address_of(public_key, self._parts.network.identifier))
