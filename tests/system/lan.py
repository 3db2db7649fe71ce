"""Meters on the loopback that answer as HomeWizard's and Shelly's do, beside the test's loop."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

REALM, NONCE = "shellypro3em-aabbccddeeff", "60dc59c6"
CHALLENGE = f'Digest qop="auth", realm="{REALM}", nonce="{NONCE}", algorithm=SHA-256'


class Lan:
    """One server a house; a house's registers go on by its power from when it was plugged in."""

    def __init__(self) -> None:
        self.dark: set[str] = set()
        """The urls of meters that hang up instead of answering."""
        self._servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def __enter__(self) -> Lan:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server, thread in self._servers:
            server.shutdown()
            server.server_close()
            thread.join(10)

    def plug_in(self, import_wh: int, export_wh: int, power_w: int) -> str:
        """Serve a meter with these registers and this power, import positive; return its url."""
        registers = _moving(import_wh, export_wh, power_w)

        def answer() -> bytes:
            imported, exported = registers()
            return json.dumps(
                {
                    "total_power_import_kwh": round(imported / 1000, 3),
                    "total_power_export_kwh": round(exported / 1000, 3),
                    "active_power_w": power_w,
                }
            ).encode()

        return self.serve({"/api/v1/data": answer})

    def plug_in_shelly(
        self, import_wh: int, export_wh: int, power_w: int, password: str = ""
    ) -> str:
        """Serve the same in the shape of a Shelly Pro 3EM, behind its password if it has one."""
        registers = _moving(import_wh, export_wh, power_w)

        def answer() -> bytes:
            imported, exported = registers()
            return json.dumps(
                {
                    "em:0": {"id": 0, "total_act_power": power_w},
                    "emdata:0": {"id": 0, "total_act": imported, "total_act_ret": exported},
                    "sys": {"mac": "AABBCCDDEEFF", "unixtime": int(time.time())},
                }
            ).encode()

        return self.serve({"/rpc/Shelly.GetStatus": answer}, password=password)

    def serve(self, answers: Mapping[str, Callable[[], bytes]], *, password: str = "") -> str:
        """Serve a meter's answers by their paths; return its url.

        With a password it is asked for as Shelly does: digest, SHA-256, the user is admin.
        """

        dark = self.dark

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                if f"http://127.0.0.1:{port}" in dark:
                    self.close_connection = True
                    return
                if password and not _fits(self.headers.get("authorization", ""), password):
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", CHALLENGE)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                answer = answers.get(self.path)
                body = b"{}" if answer is None else answer()
                self.send_response(404 if answer is None else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        server = _Server(("127.0.0.1", 0), Answer)
        server.daemon_threads = True
        port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self._servers.append((server, thread))
        return f"http://127.0.0.1:{port}"


class _Server(ThreadingHTTPServer):
    """A server that does not mind a client who hangs up on an answer that it does not want."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _moving(import_wh: int, export_wh: int, power_w: int) -> Callable[[], tuple[float, float]]:
    """Return what tells two registers, Wh, that go on by a power from now on."""
    began = time.monotonic()

    def registers() -> tuple[float, float]:
        moved = power_w * (time.monotonic() - began) / 3600
        return import_wh + max(0, moved), export_wh + max(0, -moved)

    return registers


def _fits(header: str, password: str) -> bool:
    """Return whether a digest is that of admin's password (RFC 7616)."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', header.removeprefix("Digest ")))
    who = _sha(f"admin:{REALM}:{password}")
    what = _sha(f"GET:{fields.get('uri')}")
    rest = ":".join(fields.get(key, "") for key in ("nc", "cnonce", "qop"))
    return fields.get("response") == _sha(f"{who}:{NONCE}:{rest}:{what}")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
