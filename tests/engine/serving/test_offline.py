from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest

from console.engine.serving.offline import open_reader
from console.errors import StoreError
from console.model.verification import Verification
from console.model.view import LedgerPage, Status
from tests.engine.street import Opened, OpenEngine, ask, dump, interval

EVERY = {"query": '{"rises":true,"limit":1000}'}


async def _rows(client: httpx.AsyncClient) -> bytes:
    answer = await client.get("/ledger", params=EVERY)
    assert answer.status_code == 200
    assert msgspec.json.decode(answer.content, type=LedgerPage).rows == 17
    return answer.content


async def test_a_store_at_rest_gives_the_same_ledger(
    street: Opened, watch_of: Callable[[Opened], httpx.AsyncClient]
) -> None:
    await street.run()
    running = await _rows(watch_of(street))
    await street.close()

    reader = await open_reader(street.settings)
    assert await _rows(ask(reader.app)) == running
    await reader.close()


async def test_reading_at_rest_needs_no_key_and_writes_nothing(street: Opened) -> None:
    await street.run()
    await street.close()
    street.settings.key_file.unlink()
    data = street.settings.engine.data
    before = [dump(data / "store.db"), dump(data / "chain.db")]

    reader = await open_reader(street.settings)
    client = ask(reader.app)
    verified = await client.get("/verify")
    assert msgspec.json.decode(verified.content, type=Verification).differences == 0
    for path in ("/settlements", "/due", "/events", "/houses/c1", f"/preview/{interval(0).name}"):
        assert (await client.get(path)).status_code == 200, path
    for path in ("/settle", "/auto", "/stop", "/stand/car"):
        assert (await client.post(path, json={})).status_code == 404
    refused = await client.get("/stream")
    assert refused.status_code == 409
    await reader.close()
    assert [dump(data / "store.db"), dump(data / "chain.db")] == before


async def test_the_status_says_that_nothing_runs(street: Opened) -> None:
    await street.run()
    await street.close()
    reader = await open_reader(street.settings)
    status = msgspec.json.decode((await ask(reader.app).get("/status")).content, type=Status)
    await reader.close()
    assert (status.running, status.pid) == (False, None)
    assert (status.houses, status.lost, status.live) == (4, None, None)
    assert (status.giving_w, status.open) == (None, None)
    assert status.last is not None
    assert status.height > 0


async def test_a_running_engine_may_be_read_beside(street: Opened) -> None:
    """A killed engine leaves its files as a running one has them."""
    await street.run()
    reader = await open_reader(street.settings)
    await _rows(ask(reader.app))
    await reader.close()


async def test_without_any_engine_ever_there_is_nothing_to_read(
    open_engine: OpenEngine, record: Callable[..., Path], tmp_path: Path
) -> None:
    street = await open_engine(tmp_path / "data", record())
    await street.close()
    elsewhere = msgspec.structs.replace(
        street.settings,
        engine=msgspec.structs.replace(street.settings.engine, data=tmp_path / "elsewhere"),
    )
    with pytest.raises(StoreError, match=r"no store\.db") as absent:
        await open_reader(elsewhere)
    assert "mosaic run" in absent.value.advice
    (street.settings.engine.data / "chain.db").unlink()
    with pytest.raises(StoreError, match=r"no chain\.db"):
        await open_reader(street.settings)
