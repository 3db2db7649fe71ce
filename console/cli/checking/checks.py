"""The checks of the doctor: each looks at one thing and changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
from zoneinfo import ZoneInfo

import msgspec

from console.cli import asking
from console.cli.printing import local
from console.errors import KeyFileError, MosaicError
from console.settings import LEAST_FREE, Settings
from console.sockets import sockets_of

NOT_RUNNING = "not running"
"""What is found where no engine answers."""

LOCKED = "locked"
"""How what is found of an engine without its key begins."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found."""

    good: bool
    """Whether it is as it must be."""
    doubt: bool = False
    """Whether it works, and an operator has to decide whether that is enough."""
    what: str
    """What was looked at, one or two words."""
    text: str
    """What was found, and what to do where it is not good."""


def check_programs() -> list[Finding]:
    """Tell the versions that the engine depends on."""
    import apsw

    return [
        Finding(good=True, what="python", text=platform.python_version()),
        Finding(good=True, what="sqlite", text=apsw.sqlite_lib_version()),
    ]


def check_configuration(settings: Settings) -> list[Finding]:
    """Tell which file was read, and whether it names any house."""
    houses = len(settings.members)
    text = f"{settings.source}: {settings.community.id}, {houses} houses"
    if not houses:
        text += "; add one with: mosaic houses add NAME"
    costs = "private, on this computer; it costs no fees"
    return [
        Finding(good=bool(houses), what="configuration", text=text),
        Finding(good=True, what="chain", text=costs),
    ]


def check_data(settings: Settings) -> list[Finding]:
    """Look whether the data folder, or the nearest one above it, can be written and has room."""
    folder = settings.engine.data
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    made = "" if nearest == folder else ", made at the first start"
    writing = f"{folder}{made}" if writable else f"{nearest} cannot be written; change its owner"
    free = shutil.disk_usage(nearest).free
    space = f"{free >> 20} MiB free"
    if free < LEAST_FREE:
        space += f"; make room, at least {LEAST_FREE >> 20} MiB"
    return [
        Finding(good=writable, what="data folder", text=writing),
        Finding(good=free >= LEAST_FREE, what="disk", text=space),
    ]


def check_key(settings: Settings) -> list[Finding]:
    """Look whether the operator's key is there, sealed and closed to others."""
    from console.chain.keystore import is_plain, public_part

    path = settings.key_file
    if not path.exists() and not path.is_symlink():
        return [
            Finding(good=False, what="key", text=f"no key at {path}; {_way_to_a_key(settings)}")
        ]
    try:
        if is_plain(path):
            text = f"{path} is not sealed; seal it with: mosaic key import < {path}"
            return [Finding(good=False, what="key", text=text)]
        address = public_part(path).address()
    except KeyFileError as error:
        text = " ".join(filter(None, (f"{error.message}.", error.advice)))
        return [Finding(good=False, what="key", text=text)]
    return [Finding(good=True, what="key", text=f"{path}, sealed; account {address}")]


def _way_to_a_key(settings: Settings) -> str:
    if (settings.engine.data / "store.db").exists():
        return "restore this community's own from its 24 words: mosaic key import"
    return "the first start makes one: mosaic run"


def check_engine(settings: Settings) -> Finding:
    """Look whether an engine answers; none is no fault."""
    socket = sockets_of(settings).operator
    if not asking.answers(socket):
        return Finding(good=True, what="engine", text=NOT_RUNNING)
    if asking.command(settings, lambda client: client.status()).locked:
        return Finding(good=False, what="engine", text=f"{LOCKED}; give it its passphrase")
    return Finding(good=True, what="engine", text=f"answers at {socket}")


def check_account(settings: Settings) -> list[Finding]:
    """Tell whose account signs and since when, where any engine ever ran."""
    try:
        status = asking.read(settings, lambda client: client.status())
    except MosaicError:
        return []
    if not status.account:
        return []
    zone = ZoneInfo(settings.community.timezone)
    since = "the beginning" if status.account_since is None else local(status.account_since, zone)
    return [Finding(good=True, what="account", text=f"{status.account} signs since {since}")]
