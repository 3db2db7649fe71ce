"""A canary key and passphrase in an engine that errs and crashes: nowhere is anything of them."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from console.chain import keystore
from console.chain.keyfile import OperatorKey
from console.chain.keyring import place_beside
from console.chain.phrase import phrase_of
from console.engine.process.starter import answers
from console.sockets import sockets_of
from tests.system.community import Community
from tests.system.terminal import MOST_SECONDS, environment

SEED = bytes.fromhex("c0ffee" + "0123456789abcdef" * 3 + "feedfacefe")
PASSPHRASE = "canary in a coal mine"
WRONG = "another bird that sang"
PHRASE = phrase_of(SEED)
NEXT_SEED = bytes.fromhex("feedfacefe" + "fedcba9876543210" * 3 + "c0ffee")
NEXT_PASSPHRASE = "a goldfinch takes its place"

CANARIES = {
    "key": SEED,
    "hex": SEED.hex().encode(),
    "base64": base64.b64encode(SEED)[:-2],
    "words": " ".join(PHRASE.split()[:3]).encode(),
    "passphrase": PASSPHRASE.encode(),
    "a wrong passphrase": WRONG.encode(),
    "the next key": NEXT_SEED,
    "the next hex": NEXT_SEED.hex().encode(),
    "the next words": " ".join(phrase_of(NEXT_SEED).split()[:3]).encode(),
    "the next passphrase": NEXT_PASSPHRASE.encode(),
}


@pytest.fixture
def community(short_folder: Path) -> Community:
    """A community whose keystore is sealed over the canary."""
    community = Community(short_folder)
    community.settings.key_file.unlink()
    keystore.restore(community.settings.key_file, SEED.hex(), PASSPHRASE)
    return community


def found(said: bytes) -> list[str]:
    """Return which canaries sing in some bytes."""
    lower = said.lower()
    return [name for name, canary in CANARIES.items() if canary in said or canary in lower]


def test_the_search_finds_what_there_is() -> None:
    assert found(b"x" + SEED) == ["key"]
    assert found(SEED.hex().upper().encode()) == ["hex"]
    assert found(f"phrase: {PHRASE}".encode()) == ["words"]


def _start(community: Community, passphrase: str | None, **more: str) -> subprocess.Popen[bytes]:
    reading, writing = os.pipe()
    words = ["engine", "-c", str(community.config)]
    if passphrase is not None:
        os.write(writing, passphrase.encode() + b"\n")
        words += ["--passphrase-fd", str(reading)]
    os.close(writing)
    with (community.folder / "said.txt").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "console", *words],
            cwd=community.folder,
            env=environment(community.folder, **more),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=(reading,),
        )
    os.close(reading)
    socket_ = sockets_of(community.settings).operator
    while process.poll() is None and not answers(socket_):
        pass
    return process


def _send(community: Community, raw: bytes) -> bytes:
    """Say something to the operator's socket; return all that it answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(MOST_SECONDS)
        line.connect(os.fspath(sockets_of(community.settings).operator))
        line.sendall(raw)
        heard = b""
        while part := line.recv(65536):
            heard += part
    return heard


def _post(community: Community, path: str, body: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: e\r\nConnection: close\r\nContent-Length: {len(body)}"
    return _send(community, f"{head}\r\n\r\n{body}".encode())


def _get(community: Community, path: str) -> bytes:
    return _send(community, f"GET {path} HTTP/1.1\r\nHost: e\r\nConnection: close\r\n\r\n".encode())


def _exchange(community: Community) -> bytes:
    """Try to exchange the key wrongly in every way, then rightly; return what was answered."""
    place = place_beside(community.settings.key_file, OperatorKey(NEXT_SEED).public_key)
    account = keystore.restore(place, NEXT_SEED.hex(), NEXT_PASSPHRASE)
    good = {"account": account, "passphrase": NEXT_PASSPHRASE, "present": PASSPHRASE}
    heard = b""
    for odd in ({**good, "more": 1}, {**good, "account": NEXT_PASSPHRASE}, [PASSPHRASE]):
        answer = _post(community, "/key/rotate", json.dumps(odd))
        assert b"does not read" in answer
        heard += answer
    for wrong in ({**good, "passphrase": WRONG}, {**good, "present": WRONG}):
        answer = _post(community, "/key/rotate", json.dumps(wrong))
        assert b"does not open" in answer
        heard += answer
    answer = _post(community, "/key/rotate", json.dumps(good))
    while b"wait" in answer:
        answer = _post(community, "/key/rotate", json.dumps(good))
    assert b'"former"' in answer
    return heard + answer + _get(community, "/key")


def _kernel(pid: int) -> bytes:
    """Return what the kernel shows others of a process."""
    shown = b""
    for name in ("cmdline", "environ", "comm", "status", "maps"):
        try:
            shown += Path(f"/proc/{pid}/{name}").read_bytes()
        except PermissionError:
            continue
    return shown


def _dumps_nothing(pid: int) -> bool:
    """Return whether a process leaves no core, and its memory is none of its own user's."""
    process = Path(f"/proc/{pid}")
    [core] = [line for line in (process / "limits").read_text().splitlines() if "core" in line]
    return core.split()[4:6] == ["0", "0"] and (process / "mem").stat().st_uid == 0


def _files(community: Community) -> dict[str, list[str]]:
    """Return the canaries of every file of the home folder, by the file's name."""
    sings = {
        path.name: found(path.read_bytes())
        for path in community.folder.rglob("*")
        if path.is_file()
    }
    return {name: canaries for name, canaries in sings.items() if canaries}


def _unlock(community: Community, passphrase: str) -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    os.write(writing, passphrase.encode())
    os.close(writing)
    words = ("unlock", "-c", str(community.config), "--passphrase-fd", str(reading))
    try:
        return subprocess.run(
            [sys.executable, "-m", "console", *words],
            cwd=community.folder,
            env=environment(community.folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=(reading,),
            timeout=MOST_SECONDS,
            check=False,
        )
    finally:
        os.close(reading)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
async def test_no_canary_sings(community: Community) -> None:
    await _past(community)
    engine = _start(community, None)
    try:
        heard = _post(community, "/unlock", f'{{"passphrase": "{WRONG}"}}')
        assert b"does not open" in heard
        for body in (f'{{"passphrase": ["{PASSPHRASE}"]}}', f'{{"{PASSPHRASE}": 1}}', PASSPHRASE):
            answer = _post(community, "/unlock", body)
            assert b"does not read" in answer
            heard += answer
        assert b'"locked":true' in _get(community, "/status")
        told = _unlock(community, PASSPHRASE)
        while "wait" in told.stderr:
            told = _unlock(community, PASSPHRASE)
        assert (told.returncode, "Unlocked" in told.stdout) == (0, True), told.stderr
        assert b'"locked":false' in _get(community, "/status")
        for path in (
            "/status",
            "/events",
            "/due",
            "/settlements",
            "/ledger",
            "/verify",
            "/nothing",
        ):
            heard += _get(community, path)
        heard += _post(community, "/settle", '{"interval": "nonsense"}')
        heard += _post(community, "/auto", '{"on": true}')
        heard += _exchange(community)
        heard += _get(community, "/events") + _get(community, "/audit")
        heard += _kernel(engine.pid)
        assert _dumps_nothing(engine.pid)
    finally:
        engine.send_signal(signal.SIGSEGV)
        assert engine.wait(MOST_SECONDS) == -signal.SIGSEGV
    assert found(heard + told.stdout.encode() + told.stderr.encode()) == []
    assert _files(community) == {}
    assert not [path for path in community.folder.rglob("*core*") if path.is_file()]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_passphrase_of_the_environment_is_gone_once_the_engine_serves(
    community: Community,
) -> None:
    engine = _start(community, None, MOSAIC_PASSPHRASE=PASSPHRASE)
    try:
        assert b'"locked":false' in _get(community, "/status")
        assert found(_kernel(engine.pid)) == []
    finally:
        engine.terminate()
        assert engine.wait(MOST_SECONDS) == 0
    said = (community.folder / "said.txt").read_text()
    assert "came in $MOSAIC_PASSPHRASE" in said
    assert _files(community) == {}


def test_a_start_that_fails_with_the_key_open_tells_one_paragraph(community: Community) -> None:
    (community.data / "store.db").write_bytes(b"SQLite format 3\0" + b"x" * 8192)
    engine = _start(community, PASSPHRASE)
    assert engine.wait(MOST_SECONDS) == 1
    said = (community.folder / "said.txt").read_text()
    assert "Traceback" not in said
    assert said.strip()
    assert _files(community) == {}


async def _past(community: Community) -> None:
    """Let intervals lie behind that the canary's key has signed."""
    sealed = community.settings.key_file.read_bytes()
    community.settings.key_file.write_bytes(SEED.hex().encode())
    await community.live_through(2)
    community.settings.key_file.write_bytes(sealed)
    (community.folder / "past.csv").unlink()
