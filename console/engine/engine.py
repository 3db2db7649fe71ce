"""The engine: joins the duties and is the desk at which consoles ask and command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from console.chain.node.node import EmbeddedNode
from console.engine.alarms import kinds as alarms
from console.engine.alarms.diskwatch import DiskWatch
from console.engine.alarms.tending import Tending
from console.engine.alarms.troubles import Troubles
from console.engine.bills.clearer import Clearer
from console.engine.bills.issuing import Issuing
from console.engine.bills.payouts import Payouts
from console.engine.files.importing import Importing
from console.engine.files.recorder import Recorder
from console.engine.keys.custody import Lock
from console.engine.keys.rotation import Rotation
from console.engine.keys.succession import Succession
from console.engine.parts import Parts
from console.engine.posting.chainwatch import ChainWatch
from console.engine.posting.follower import Follower
from console.engine.posting.outbox import Outbox
from console.engine.proving.verification import verify
from console.engine.readings.intake import Intake
from console.engine.readings.metering import Metering
from console.engine.readings.probing import Probing
from console.engine.readings.swapping import Swapping
from console.engine.recall import recall
from console.engine.remembered import take_keys
from console.engine.serving.answers import Answers
from console.engine.serving.audience import Audience
from console.engine.serving.overview import overview
from console.engine.serving.picture import Picture
from console.engine.settling.accepting import Accepting
from console.engine.settling.books import Books
from console.engine.settling.reviser import Reviser
from console.engine.settling.settler import Settler
from console.errors import ChainError, DiskFull, KeyFileError, WrongPassphrase
from console.meters.source import Source
from console.model.event import EventKind
from console.model.sealing import AcceptPartial
from console.model.snapshot import Access
from console.model.verification import Progress, Verification
from console.model.view import Receipt, Settle, Status


class Engine:
    """One neighbourhood's engine; its loops or a stepped run call its small steps."""

    def __init__(
        self, parts: Parts, source: Source, node: EmbeddedNode | None, key_file: Path
    ) -> None:
        """Join the parts with a source of readings.

        Args:
            parts: the parts, opened.
            source: where readings come from.
            node: the embedded chain, whose blocks this engine makes; None on a public chain.
            key_file: the keystore that opens a locked engine.
        """
        self.parts = parts
        self.source = source
        self.node = node
        books = Books(parts)
        self.outbox = Outbox(parts, books)
        self.intake = Intake(parts)
        self.recorder = Recorder(parts)
        self.intake.record = self.recorder.take
        self.settler = Settler(parts, books, self.outbox)
        self.reviser = Reviser(parts, books, self.settler, self.intake)
        self.clearer = Clearer(parts, self.outbox, self.settler)
        self.follower = Follower(parts, self.outbox, self.settler)
        self.picture = Picture(parts, books, self.intake, self.settler, self.follower)
        self.audience = Audience(self.picture)
        self.answers = Answers(parts, books)
        self.metering = Metering(parts, self.intake, source.counted)
        self.probing = Probing(parts, source.overheard)
        self.books = books
        self.stopping = asyncio.Event()
        self.turn = asyncio.Lock()
        """Held while intervals are decided, posted or followed."""
        self.intake.late.turn = self.turn
        self.disk = DiskWatch(parts)
        self._chain_watch = ChainWatch(parts)
        self._price = ""
        self._troubles = Troubles(parts.log, self.picture, self.disk)
        self.tending = Tending(parts, self.settler, self.turn)
        self.swapping = Swapping(parts, self.intake, self.settler, self.turn)
        self.importing = Importing(parts, self.intake, self.turn, self.settler.hurry)
        self.intake.exports.exchange = self.swapping.accept
        self.issuing = Issuing(parts, books, self.turn, self.settler.hurry)
        self.payouts = Payouts(parts, books, self.clearer, self.settler, self.turn)
        self._accepting = Accepting(parts, self.settler)
        self._lock = Lock(key_file)
        self._succession = Succession(parts, self.outbox, self.settler, key_file)
        self.rotation = Rotation(
            parts, self.settler, self._succession, self._lock, self.turn, key_file
        )

    async def start(self) -> None:
        """Take over what the store and the chain know, before anything is decided.

        Raises:
            WrongNetwork: the operator's account serves another community.
            ChainError: the chain cannot be read.
        """
        await self.parts.log.load()
        await self.intake.load()
        await self.recorder.load()
        self.settler.auto = await self.parts.store.audit.fact("auto") == "on"
        await self.outbox.check_community(self.parts.operator)
        await self.follow()
        await recall(self.parts, self.settler)

    async def settle_due(self) -> None:
        """Store what waits and do what is due; a full disk or silent node only postpones it."""
        async with self.turn:
            await self.parts.log.standing.pass_time()
            await self.intake.flush()
            await self.settler.work()
            await self.reviser.work()
            await self.clearer.work()

    async def follow(self) -> None:
        """Look at the chain once."""
        loop, follower = asyncio.get_running_loop(), self.follower
        try:
            async with self.turn:
                await follower.follow()
                await self._succession.go_on()
        except ChainError as error:
            await self._chain_watch.failed(error, loop.time())
            raise
        await self._chain_watch.answered(follower.tip, loop.time(), waiting=follower.waiting)

    async def make_blocks(self, *, until_final: bool = False) -> None:
        """Let the embedded chain make a block where one is wanted, or all until nothing is open."""
        if self.node is None:
            return
        if until_final:
            self.node.settle_all()
        else:
            self.node.make_block(force=self.follower.awaits_proof)

    async def refresh(self) -> None:
        """Bring the picture up to date and tell the audience."""
        await self.parts.log.standing.pass_time()
        self.picture.recording = self.recorder.state
        changed = await self.picture.refresh()
        candidates, self.intake.changed = self.intake.changed, set()
        if changed:
            candidates = set(self.parts.members.houses)
            self._renew_price()
        self.audience.tell(candidates)

    def _renew_price(self) -> None:
        """Let every console have the place anew where another price holds."""
        before, self._price = self._price, self.picture.price()
        if before != self._price:
            self.audience.renew()

    async def report(self, duty: str, error: DiskFull | ChainError | None) -> None:
        """Show a duty's passing trouble, or that it is over.

        Args:
            duty: its name; each ends its own trouble alone.
            error: the trouble; None once the duty is done.
        """
        await self._troubles.report(duty, error)

    def request_stop(self) -> None:
        """End the engine at the next turn of its loops."""
        self.stopping.set()

    async def settle(self, command: Settle, actor: str) -> Receipt:
        """Settle one interval as an operator asks.

        Raises:
            Refused: it cannot be; with the reason.
        """
        interval = self.answers.interval(command.interval)
        async with self.turn:
            await self.intake.flush()
            revised = await self.reviser.settle(interval, command.token, actor)
            settlement = revised or await self.settler.settle(
                interval, provisional=command.provisional, token=command.token, actor=actor
            )
            await self._audit(actor, "settle", command)
        kwh = f"{settlement.shared_wh / 1000:.3f} kWh"
        name = self.parts.local_name(interval)
        text = f"{name} is {settlement.state}: {settlement.rows} rows, {kwh}."
        return Receipt(settlement=settlement, text=text)

    async def accept(self, command: AcceptPartial, actor: str) -> Receipt:
        """End a halt by taking what the chain holds for all of it.

        Raises:
            Refused: the interval is not halted, or a part of it is not final yet.
        """
        interval = self.answers.interval(command.interval)
        async with self.turn:
            settlement = await self._accepting.accept(interval, actor)
        await self.refresh()
        text = f"{self.parts.local_name(interval)} is {settlement.state}: {settlement.rows} rows."
        return Receipt(settlement=settlement, text=text)

    async def set_auto(self, on: bool, actor: str) -> Status:
        """Switch automatic settlement; it stays so over restarts."""
        self.settler.auto = on
        self.settler.hurry()
        await self.parts.store.audit.set_fact("auto", "on" if on else "off")
        await self._audit(actor, f"auto {'on' if on else 'off'}", None)
        word = "on" if on else "off"
        await self.parts.log.say(EventKind.OPERATOR, f"automatic settlement {word}", actor=actor)
        await self.refresh()
        return await self.status()

    async def unlock(self, passphrase: str, actor: str) -> Status:
        """Give a locked engine its key; every try is audited, and none is with its passphrase.

        Raises:
            WrongPassphrase: the keystore does not open with it.
            Refused: another passphrase was tried just now.
            KeyFileError: the keystore cannot be read, or is another's.
        """
        if self.parts.locked:
            try:
                opened = await self._lock.open(passphrase)
            except KeyFileError as error:
                await self._audit(actor, "unlock refused", None)
                wrong = isinstance(error, WrongPassphrase)
                text = "a wrong passphrase was given" if wrong else f"locked: {error.message}"
                await self.parts.log.say(EventKind.OPERATOR, text, actor=actor)
                raise
            async with self.turn:
                await take_keys(self.parts, opened.keys)
                self.follower.look_again()
                self.settler.hurry()
                await self._audit(actor, "unlock", None)
            await self.parts.log.say(EventKind.OPERATOR, "unlocked", actor=actor)
            for note in opened.notes:
                await self.parts.log.say(EventKind.ENGINE, note)
            await self.parts.log.clear_alarm(alarms.LOCKED, "unlocked", actor)
            await self.refresh()
        return await self.status()

    async def _audit(self, actor: str, verb: str, body: msgspec.Struct | None) -> None:
        text = msgspec.json.encode(body).decode() if body is not None else "{}"
        await self.parts.store.audit.append(self.parts.clock.now(), actor, verb, text)

    async def verify(self, told: Progress | None = None) -> Verification:
        """Recompute everything and return the differences, telling how far it is."""
        return await verify(self.parts, self.parts.chain_file, told)

    async def status(self) -> Status:
        """Return what the top bar shows."""
        self.picture.recording = self.recorder.state
        await self.picture.refresh()
        return await overview(self.parts, self.picture.snapshot(Access.WATCH))

    async def close(self) -> None:
        """Store what waits and let go of everything, also where the disk is full."""
        try:
            await self.intake.flush()
            await self.recorder.close()
        finally:
            await self.parts.chain.close()
            await self.parts.store.close()
            if self.node is not None:
                self.node.close()
