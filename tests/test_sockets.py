"""The sockets stand beside the data, or in a short place where a path would be too long."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console.config import demo_settings
from console.sockets import LONGEST_PATH, sockets_of


def test_they_stand_beside_the_data() -> None:
    sockets = sockets_of(demo_settings(1, "summer", Path("/data")))
    assert sockets.operator == Path("/data/operator.sock")
    assert sockets.watch == Path("/data/watch.sock")
    assert sockets.folder == Path("/data")


@given(st.integers(1, 300), st.sampled_from([{}, {"XDG_RUNTIME_DIR": "/run/user/1000"}]))
def test_no_path_is_too_long(length: int, environment: dict[str, str]) -> None:
    data = Path("/" + "d" * length)
    sockets = sockets_of(demo_settings(1, "summer", data), environment)
    assert len(os.fsencode(sockets.operator)) <= LONGEST_PATH
    assert sockets.operator.parent == sockets.watch.parent


def test_long_paths_of_two_folders_do_not_meet() -> None:
    settings = [demo_settings(1, "summer", Path("/" + "d" * 200 + name)) for name in "ab"]
    assert sockets_of(settings[0]) != sockets_of(settings[1])


def test_a_runtime_folder_without_room_is_passed_over() -> None:
    data = Path("/" + "d" * 200)
    named = {"XDG_RUNTIME_DIR": "/" + "r" * 100}
    sockets = sockets_of(demo_settings(1, "summer", data), named)
    assert len(os.fsencode(sockets.operator)) <= LONGEST_PATH
