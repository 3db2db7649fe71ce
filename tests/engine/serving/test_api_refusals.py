from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.engine.serving.api import watch_app
from console.engine.serving.routes.wire import LONGEST_BODY
from tests.engine.street import Opened, ask, dump

WRONG: list[tuple[str, str, dict[str, str]]] = [
    ("/settlements", "is no day", {"day": "yesterday"}),
    ("/settlements", "no day of a ledger", {"day": "9999-12-31"}),
    ("/settlements", "no day of a ledger", {"day": "0001-01-01"}),
    ("/preview/noon", "", {}),
    ("/preview/2026-06-21T10:07Z", "no interval of 15 minutes", {}),
    ("/houses/nobody", "no house", {}),
    ("/houses/c1", "is no day", {"day": "2026-13-01"}),
    ("/ledger", "does not read", {"query": "{"}),
    ("/ledger", "does not read", {"query": '{"limit":"all"}'}),
    ("/ledger", "does not read", {"query": "[" * 3000}),
    ("/ledger", "", {"query": '{"after":"nonsense"}'}),
    ("/ledger", "", {"query": '{"start":"2026-06-21T10:00:00"}'}),
    ("/proof/2026-06-21T10:00Z/0/p1/p1", "no row", {}),
    ("/events", "event's number", {"before": "-1"}),
    ("/events", "event's number", {"before": "first"}),
]


@pytest.mark.parametrize(("path", "said", "params"), WRONG)
async def test_a_wrong_question_gets_a_reason(
    watch: httpx.AsyncClient, path: str, said: str, params: dict[str, str]
) -> None:
    _expect_reason(await watch.get(path, params=params), said)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/settle", b"", "does not read"),
        ("/settle", b"[" * 5000, "does not read"),
        ("/settle", b'{"interval":7}', "does not read"),
        ("/settle", b'{"interval":"2026-06-21T23:45Z"}', "still open"),
        ("/settle", b'{"interval":"2026-06-20T10:00Z"}', "before this engine's first"),
        ("/settle", b'{"interval":"' + b"x" * LONGEST_BODY + b'"}', "longer than"),
        ("/auto", b'{"on":"yes"}', "does not read"),
        ("/auto", b'{"on":true,"off":false}', "does not read"),
        ("/auto", b" " * (LONGEST_BODY + 1), "longer than"),
    ],
)
async def test_a_wrong_command_gets_a_reason_and_changes_nothing(
    half_way: Opened, operate: httpx.AsyncClient, path: str, body: bytes, said: str
) -> None:
    before = dump(half_way.settings.engine.data / "store.db")
    _expect_reason(await operate.post(path, content=body), said)
    assert dump(half_way.settings.engine.data / "store.db") == before


def _expect_reason(answer: httpx.Response, said: str) -> None:
    assert answer.status_code == 409
    body = answer.json()
    assert list(body) == ["title", "message", "advice", "exit_status"]
    assert said in body["message"]
    assert body["title"]
    assert body["exit_status"] in (1, 2)


async def test_an_endless_body_is_not_read_to_its_end(operate: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(1000):
            sent += 8192
            yield b" " * 8192

    answer = await operate.post("/settle", content=endless())
    assert answer.status_code == 409
    assert sent <= LONGEST_BODY + 2 * 8192


async def test_no_more_consoles_than_there_is_room_for_are_let_in(half_way: Opened) -> None:
    application = watch_app(half_way.engine, None)
    _expect_reason(await ask(application).get("/stream"), "no live stream")
