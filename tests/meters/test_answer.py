"""An answer as it comes: cut anywhere it is the same, and nothing of it is without an end."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.meters.answer import MOST_BESIDES, MOST_HELD, Answer, Unanswered

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b"2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nlate: a\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\nx: y\r\n\r\n" + PLAIN
BARE = PLAIN.replace(b"\r\n", b"\n")
UNTIL_ITS_END = b"HTTP/1.0 200 OK\r\nserver: meter\r\n\r\nhello"
ENDLESS = b"y" * 1000


def heard(*pieces: bytes, error: Exception | None = None, ends: bool = False) -> Answer:
    answer = Answer(lambda: None)
    for piece in pieces:
        answer.feed(piece)
    if ends or error is not None:
        answer.end(error)
    return answer


async def body_of(answer: Answer) -> bytes:
    await answer.head()
    body = b""
    while part := await answer.part():
        body += part
    return body


@pytest.mark.parametrize("said", [PLAIN, CHUNKED, INTERIM, BARE])
@given(places=st.lists(st.integers(0, 200), max_size=8))
def test_an_answer_is_the_same_wherever_it_is_cut(said: bytes, places: list[int]) -> None:
    cuts = sorted(place % len(said) for place in places)
    answer = heard(*(said[a:b] for a, b in pairwise([0, *cuts, len(said)]) if a < b))
    assert asyncio.run(body_of(answer)) == b"hello"
    assert (answer.status, answer.is_whole, answer.leaves_open) == (200, True, True)
    assert (b"x", b"y") not in answer.headers
    assert b"late" not in [name for name, _ in answer.headers]


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    answer = heard(UNTIL_ITS_END)
    assert not answer.is_whole
    answer.end(None)
    assert await body_of(answer) == b"hello"
    assert not answer.leaves_open


async def test_one_that_breaks_is_not_whole() -> None:
    broken = heard(UNTIL_ITS_END, error=ConnectionResetError(104, "reset"))
    assert await broken.part() == b"hello"
    with pytest.raises(httpx.ReadError, match="connection reset by peer"):
        await broken.part()
    short = heard(PLAIN[:-1], ends=True)
    with pytest.raises(httpx.ReadError, match="amid an answer"):
        await body_of(short)


@pytest.mark.parametrize("error", [None, ConnectionResetError(104, "reset")])
async def test_no_answer_at_all_is_told_as_such(error: Exception | None) -> None:
    with pytest.raises(Unanswered):
        await heard(error=error, ends=True).head()


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        (b"HTTP/1.1 200 OK\r\nx: ", ENDLESS),
        (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 100),
        (b"HTTP/1.1 200 ", ENDLESS),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
        (CHUNKED_HEAD + b"1;", ENDLESS),
        (CHUNKED_HEAD + b"0\r\nx: ", ENDLESS),
        (CHUNKED_HEAD + b"0\r\n", b"x: y\r\n" * 100),
    ],
)
async def test_nothing_besides_the_body_is_without_an_end(begins: bytes, goes_on: bytes) -> None:
    answer = heard(begins)
    for _ in range(MOST_BESIDES // len(goes_on) + 1):
        answer.feed(goes_on)
    answer.end(None)
    with pytest.raises(httpx.RemoteProtocolError, match="has no end"):
        await body_of(answer)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxy",
        b"SSH-2.0-dropbear\r\n",
    ],
)
async def test_what_is_no_proper_answer_is_none(said: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await body_of(heard(said))


@pytest.mark.parametrize("more", [PLAIN, b"nonsense", b"HTTP/1.1 2"])
async def test_what_comes_after_its_end_is_not_of_it(more: bytes) -> None:
    answer = heard(PLAIN + more)
    assert await body_of(answer) == b"hello"
    assert not answer.leaves_open


async def test_who_reads_lets_more_come() -> None:
    resumed: list[bool] = []
    answer = Answer(lambda: resumed.append(True))
    answer.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    while not answer.holds_much:
        answer.feed(b" " * 65536)
    assert not resumed
    assert len(await answer.part()) > MOST_HELD
    assert resumed
    assert not answer.holds_much
