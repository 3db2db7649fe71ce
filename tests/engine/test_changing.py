"""config.toml changed while an engine runs: what holds from when, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from console.clock import FrozenClock
from console.config import read
from console.engine.build import build, open_node
from console.engine.changing import Changing
from console.engine.engine import Engine
from console.engine.playing.stepper import Stepper
from console.engine.readings.sources import Exchange, configured_source
from console.engine.serving.api import operate_app, watch_app
from console.errors import ConfigError, UsageError
from console.model.change import ConfigChange, NewHouse
from console.model.operator import Line, Operator
from console.model.snapshot import Access, Snapshot
from console.model.view import LedgerQuery
from tests.engine.street import ask

START = datetime(2026, 6, 21, 9, 44, tzinfo=UTC)
FILE = """[community]
id = "street"
timezone = "Europe/Helsinki"
currency = "EUR"
latitude = 60.2
longitude = 24.7

[price]
fixed = 0.10            # agreed in spring

[engine]
data = "data"
poll_seconds = 60
"""
HOUSES = "".join(
    f'\n[[house]]\nid = "h{number}"\nmeter = {{ profile = "simulated" }}\n'
    for number in range(1, 7)
)


@dataclass
class Running:
    """An engine of a configuration file, stepped, with its writer."""

    file: Path
    engine: Engine
    writer: Changing
    clock: FrozenClock
    stepper: Stepper
    renewals: list[datetime]

    async def to(self, hour: int, minute: int) -> None:
        await self.stepper.to(START.replace(hour=hour, minute=minute), until_final=True)

    async def prices(self) -> dict[str, set[int]]:
        """The prices of the ledger's rows by the interval's minute."""
        page = await self.engine.answers.ledger(LedgerQuery())
        found: dict[str, set[int]] = {}
        for row in page.entries:
            found.setdefault(f"{row.interval.start:%H:%M}", set()).add(row.price_micro_per_kwh)
        return found


async def opened(file: Path, start: datetime) -> Running:
    settings = read(file)
    settings.engine.data.mkdir(exist_ok=True)
    clock = FrozenClock(start)
    node = open_node(settings, clock, START - timedelta(days=1))
    source = configured_source(settings, clock, START - timedelta(days=1))
    engine = await build(settings, clock, source, node)
    engine.settler.auto = True
    renewals: list[datetime] = []
    writer = Changing(
        engine.parts, engine.turn, Exchange(source, clock), lambda: renewals.append(clock.now())
    )
    return Running(file, engine, writer, clock, Stepper(engine, clock), renewals)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    file = tmp_path / "config.toml"
    file.write_text(FILE + HOUSES)
    here = await opened(file, START)
    yield here
    await here.engine.close()


async def test_a_price_holds_from_the_next_edge_on(running: Running) -> None:
    await running.to(10, 7)
    changed = await running.writer.change(ConfigChange(values={"price.fixed": "0.20"}), "anna")
    await running.to(10, 40)

    assert changed.written
    assert changed.effective == START.replace(hour=10, minute=15)
    assert await running.prices() == {"09:45": {100_000}, "10:00": {100_000}, "10:15": {200_000}}
    assert "fixed = 0.20            # agreed in spring\n" in running.file.read_text()


async def test_an_interval_that_is_settled_late_keeps_its_agreement(running: Running) -> None:
    running.engine.settler.auto = False
    await running.to(10, 7)
    await running.writer.change(ConfigChange(values={"price.fixed": "0.20"}), "anna")
    await running.to(10, 40)
    running.engine.settler.auto = True
    await running.to(11, 10)

    prices = await running.prices()
    assert prices["10:00"] == {100_000}
    assert prices["10:15"] == {200_000}


async def test_agreements_outlive_a_restart(running: Running) -> None:
    running.engine.settler.auto = False
    await running.to(10, 7)
    await running.writer.change(ConfigChange(values={"price.fixed": "0.20"}), "anna")
    await running.to(10, 20)
    await running.engine.close()

    again = await opened(running.file, running.clock.now())
    await again.to(10, 59)

    prices = await again.prices()
    assert prices["10:00"] == {100_000}
    assert prices["10:15"] == {200_000}
    running.engine, running.stepper = again.engine, again.stepper


async def test_a_change_is_compared_on_past_days_and_nothing_is_written(running: Running) -> None:
    await running.to(11, 0)
    before = running.file.read_text()
    dearer = ConfigChange(values={"price.fixed": "0.20", "community.name": '"Street"'})
    found = await running.writer.compare(dearer)
    now, then = found.outcomes
    assert (now.case.price, then.case.price) == ("0.10", "0.20")
    assert found.intervals == 5
    assert now.shared_wh == then.shared_wh > 0
    assert then.paid_nano == 2 * now.paid_nano
    assert running.file.read_text() == before

    renamed = ConfigChange(values={"community.name": '"Street"', "settlement.grace_seconds": "60"})
    assert (await running.writer.compare(renamed)).outcomes == ()
    with pytest.raises(ConfigError, match="must be"):
        await running.writer.compare(ConfigChange(values={"price.kind": '"cheap"'}))


async def test_a_preview_writes_nothing(running: Running) -> None:
    before = running.file.read_text()
    shown = await running.writer.change(
        ConfigChange(values={"price.fixed": "0.20"}, preview=True), "anna"
    )

    assert not shown.written
    assert "+fixed = 0.20" in shown.difference
    assert running.file.read_text() == before
    assert running.renewals == []


async def test_who_changed_what_is_audited(running: Running) -> None:
    await running.writer.change(ConfigChange(values={"price.fixed": "0.20"}), "anna")

    records = await running.engine.parts.store.audit.records()
    assert [(record.actor, record.verb) for record in records][-1] == ("anna", "config")
    assert "+fixed = 0.20" in records[-1].body


async def test_a_new_house_is_in_the_picture_at_once(running: Running) -> None:
    house = NewHouse(id="h7", profile="homewizard-v1", url="http://127.0.0.1:9")
    await running.writer.change(ConfigChange(houses=(house,)), "anna")

    snapshot = running.engine.picture.snapshot(Access.OPERATE)
    assert [one.id for one in snapshot.houses][-1] == "h7"
    assert running.renewals == [START]
    assert running.engine.parts.members.wallets["h7"]


async def test_a_house_gets_no_wallet_where_the_first_key_is_shut(running: Running) -> None:
    parts = running.engine.parts
    [present] = parts.line.operators
    parts.line = Line.of(bytes(32)).followed_by(Operator(present.public_key, START))
    house = NewHouse(id="h7", profile="homewizard-v1", url="http://127.0.0.1:9")
    with pytest.raises(ConfigError, match="house h7 has no wallet") as refusal:
        await running.writer.change(ConfigChange(houses=(house,)), "anna")
    assert "wallet of its own" in refusal.value.paragraph
    assert "h7" not in running.file.read_text()


async def test_every_console_is_sent_the_whole_picture_anew(running: Running) -> None:
    lines = running.engine.audience.listen(Access.WATCH)
    await anext(lines)
    running.engine.audience.renew()
    assert isinstance(msgspec.json.decode(await anext(lines), type=Snapshot), Snapshot)
    await lines.aclose()  # type: ignore[attr-defined]  # it is a generator


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (ConfigChange(values={"community.id": '"other"'}), UsageError),
        (ConfigChange(values={"price.fixed": "-1"}), ConfigError),
        (ConfigChange(houses=(NewHouse(id="H1", profile="simulated"),)), ConfigError),
        (ConfigChange(houses=(NewHouse(id="h7", profile="homewizard-v1"),)), ConfigError),
        (ConfigChange(was="00"), ConfigError),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    running: Running, change: ConfigChange, error: type[Exception]
) -> None:
    before = running.file.read_text()
    with pytest.raises(error):
        await running.writer.change(change, "anna")

    assert running.file.read_text() == before
    assert len(running.engine.parts.members.houses) == 6


async def test_a_wallet_of_another_house_is_refused_before_anything_is_written(
    running: Running,
) -> None:
    before = running.file.read_text()
    taken = running.engine.parts.members.wallets["h2"]
    with pytest.raises(ConfigError, match="same wallet"):
        await running.writer.change(ConfigChange(wallets={"h1": taken}), "anna")

    assert running.file.read_text() == before


async def test_a_broken_file_raises_an_alarm_and_a_mended_one_ends_it(running: Running) -> None:
    running.file.write_text(FILE.replace("0.10", "0.1x") + HOUSES)
    await running.writer.reload("hangup signal")
    alarms = [alarm.key for alarm in running.engine.parts.log.alarms]
    settings = running.engine.parts.settings

    running.file.write_text(FILE.replace("0.10", "0.30") + HOUSES)
    await running.writer.reload("hangup signal")

    assert alarms == ["configuration"]
    assert settings.price.fixed_micro_per_kwh == 100_000
    assert [alarm.ended is not None for alarm in running.engine.parts.log.alarms] == [True]
    assert running.engine.parts.settings.price.fixed_micro_per_kwh == 300_000


async def test_a_vanished_house_is_not_taken(running: Running) -> None:
    running.file.write_text(FILE + HOUSES.replace('"h6"', '"h9"'))
    await running.writer.reload("hangup signal")

    assert "h6" in running.engine.parts.members.houses
    assert "h6 has vanished" in running.engine.parts.log.alarms[0].text


async def test_what_only_a_start_changes_waits_for_it(running: Running) -> None:
    text = FILE.replace("poll_seconds = 60", "poll_seconds = 30").replace("Helsinki", "Berlin")
    running.file.write_text(text + HOUSES)
    await running.writer.reload("hangup signal")

    assert running.engine.parts.settings.engine.poll_seconds == 60
    assert running.engine.parts.settings.community.timezone == "Europe/Helsinki"
    page = await running.engine.answers.events(None)
    assert "at the next start: community.timezone, engine" in page.events[0].text


async def test_another_wallet_leaves_old_rows_with_their_house(running: Running) -> None:
    await running.to(10, 7)
    rows = (await running.engine.answers.ledger(LedgerQuery())).entries
    address = running.engine.parts.members.wallets[rows[0].consumer]
    fresh = "TBFPXBL6M26Y2OYJV2SA5PUTYFQ32XVCXJ5FVPI"
    await running.writer.change(ConfigChange(wallets={rows[0].consumer: fresh}), "anna")

    members = running.engine.parts.members
    assert members.wallets[rows[0].consumer] == fresh
    assert members.house_of_wallet[address] == rows[0].consumer
    proof = await running.engine.answers.proof(
        rows[0].interval.name, 0, rows[0].producer, rows[0].consumer
    )
    assert proof.wallet == address


async def test_the_form_knows_the_file_and_watchers_know_no_route(running: Running) -> None:
    engine = running.engine
    async with ask(operate_app(engine, engine.audience, running.writer)) as asked:
        shown = (await asked.get("/config")).json()
        assert {"key": "price.fixed", "value": "0.10"}.items() <= shown["values"][2].items()
    async with ask(watch_app(engine, engine.audience)) as asked:
        assert (await asked.get("/config")).status_code == httpx.codes.NOT_FOUND
    async with ask(operate_app(engine, engine.audience)) as asked:
        assert "no configuration file" in (await asked.get("/config")).text


async def test_consoles_see_the_price_that_holds_and_the_next_one(running: Running) -> None:
    await running.to(10, 7)
    engine = running.engine
    await engine.refresh()
    assert engine.picture.place(Access.WATCH).price == "0.10 EUR/kWh"
    await running.writer.change(ConfigChange(values={"price.fixed": "0.125"}), "anna")
    edge = engine.parts.local_name(engine.parts.interval_at(START.replace(hour=10, minute=15)))
    assert engine.picture.place(Access.WATCH).price == f"0.10 EUR/kWh, 0.125 from {edge}"
    stream = engine.audience.listen(Access.WATCH)
    assert f"0.125 from {edge}".encode() in await anext(stream)
    await running.to(10, 15)
    await engine.refresh()
    assert b'"price":"0.125 EUR/kWh"' in await anext(stream)
    engine.audience.stop()
    await stream.aclose()  # type: ignore[attr-defined]
    values = {"price.kind": '"mid-market"', "price.retail": "0.30", "price.feed_in": "0.05"}
    await running.writer.change(ConfigChange(values=values), "anna")
    assert engine.picture.price().startswith("0.125 EUR/kWh, mid-market from ")
