"""Meters on the loopback that answer whoever shows their secret."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Mapping

SECRET = "admin:h.nter2"
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256\r\n'


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_fits(head: str) -> bool:
    fields = dict(re.findall(r'(\w+)="?([^",\r]+)"?', head.partition("Digest ")[2]))
    first = sha("admin:r:h.nter2")
    second = sha(f"GET:{fields.get('uri')}")
    words = (fields.get(key, "") for key in ("nc", "cnonce", "qop"))
    return fields.get("response") == sha(":".join([first, "n1", *words, second]))


def is_let_in(auth: str, head: str) -> bool:
    kind, _, name = auth.partition(":")
    basic = base64.b64encode(SECRET.encode()).decode()
    match kind:
        case "basic":
            return f"authorization: basic {basic}".lower() in head.lower()
        case "digest":
            return digest_fits(head)
        case "bearer":
            return f"authorization: bearer {SECRET}" in head.lower()
        case "header":
            return f"{name}: {SECRET}".lower() in head.lower()
        case "query":
            return f"{name}=admin%3Ah.nter2" in head.partition("\r\n")[0]
    return True


class Guarded:
    """Serves documents by path behind an authentication, until it is closed."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, auth: str, documents: Mapping[str, bytes]) -> str:
        """Serve documents; return the url."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.append(writer)
            try:
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode()
                    writer.write(_answer(auth, head, documents))
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        self._servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Serve no more."""
        for writer in self._writers:
            writer.close()
        for server in self._servers:
            server.close()


def _answer(auth: str, head: str, documents: Mapping[str, bytes]) -> bytes:
    body, status, more = b"", "401 Unauthorized", CHALLENGE
    if is_let_in(auth, head):
        target = re.sub(r"[?&]password=.*", "", head.split(" ")[1])
        body, more = documents.get(target, b""), ""
        status = "200 OK" if target in documents else "404 Not Found"
    top = f"HTTP/1.1 {status}\r\n{more}content-length: {len(body)}\r\n\r\n"
    return top.encode() + body
