"""Meters on the loopback that answer as HomeWizard's do, beside the test and not in its loop."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class Lan:
    """One server a house; a house's registers go on by its power from when it was plugged in."""

    def __init__(self) -> None:
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
        began = time.monotonic()

        def answer() -> bytes:
            moved = power_w * (time.monotonic() - began) / 3600
            return json.dumps(
                {
                    "total_power_import_kwh": round((import_wh + max(0, moved)) / 1000, 3),
                    "total_power_export_kwh": round((export_wh + max(0, -moved)) / 1000, 3),
                    "active_power_w": power_w,
                }
            ).encode()

        return self.serve({"/api/v1/data": answer})

    def serve(self, answers: Mapping[str, Callable[[], bytes]]) -> str:
        """Serve a meter's answers by their paths; return its url."""

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
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
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self._servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"


class _Server(ThreadingHTTPServer):
    """A server that does not mind a client who hangs up on an answer that it does not want."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
