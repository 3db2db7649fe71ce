from __future__ import annotations

import errno
import socket

from console.meters.reconnect import LONGEST_SECONDS, pause_seconds, reason


def test_pauses_grow_up_to_a_minute_and_spread_by_name() -> None:
    pauses = [pause_seconds("barn", failures) for failures in range(1, 40)]
    assert 0.5 <= pauses[0] <= 1
    assert all(LONGEST_SECONDS / 2 <= pause <= LONGEST_SECONDS for pause in pauses[7:])
    assert pauses[2] >= 2 * pauses[0] * 0.5
    assert len({pause_seconds(f"house{number}", 1) for number in range(50)}) == 50
    assert pause_seconds("barn", 10**9) <= LONGEST_SECONDS


def test_a_failed_connection_is_told_in_words() -> None:
    assert reason(ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('a', 1)")) == (
        "connection refused"
    )
    assert reason(socket.gaierror(-2, "Name or service not known")) == "its name is not known"
    assert reason(TimeoutError()) == "no answer"
    assert reason(OSError("Multiple exceptions: \x1b[31m")).startswith("Multiple exceptions")
