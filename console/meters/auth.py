"""The authentication: how a house's secret is read, and shown to its meter and to nobody else."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Generator
from pathlib import Path

import httpx

from console.errors import ConfigError
from console.files import opened
from console.meters.profile_schema import Http

_SHOWABLE = re.compile(r"[ -~]{1,4096}\Z")


def read_secret(reference: str) -> str:
    """Return the secret that a reference leads to; empty without one.

    Args:
        reference: `file:PATH` or `env:NAME`; of a file its first line counts.

    Raises:
        ConfigError: it leads to nothing, or to what no header can carry; the secret is not told.
    """
    if not reference:
        return ""
    kind, _, place = reference.partition(":")
    try:
        text = os.environ.get(place, "") if kind == "env" else _first_line(Path(place))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "no text"
        raise ConfigError(f"the meter's secret {reference} cannot be read: {why}") from None
    if not _SHOWABLE.match(text):
        raise ConfigError(
            f"the meter's secret {reference} is empty or no plain line of text",
            advice="It is one line of letters, digits and signs, without an accent.",
        )
    return text


def authentication(http: Http, secret: str) -> httpx.Auth:
    """Return what shows a secret as a profile says; nothing is shown without a secret.

    Raises:
        ConfigError: the profile needs a user too, and the secret names none.
    """
    kind, _, name = http.auth.partition(":")
    if not secret or kind == "none":
        return httpx.Auth()
    if kind in ("basic", "digest"):
        user, password = _user(http, secret)
        return httpx.DigestAuth(user, password) if kind == "digest" else _Basic(user, password)
    if kind == "query":
        return _Query(name, secret)
    return (
        _Header(name, secret) if kind == "header" else _Header("Authorization", f"Bearer {secret}")
    )


class _Header(httpx.Auth):
    """A header of its own."""

    def __init__(self, name: str, value: str) -> None:
        self._name, self._value = name, value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._name] = self._value
        yield request


class _Basic(_Header):
    """User and password in a header."""

    def __init__(self, user: str, password: str) -> None:
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        super().__init__("Authorization", f"Basic {word}")


class _Query(httpx.Auth):
    """A parameter of the query."""

    def __init__(self, name: str, value: str) -> None:
        self._pair = {name: value}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        added = str(httpx.QueryParams(self._pair)).encode()
        path = request.url.raw_path
        joint = b"&" if b"?" in path else b"?"
        request.url = request.url.copy_with(raw_path=path + joint + added)
        yield request


def _user(http: Http, secret: str) -> tuple[str, str]:
    user, colon, password = secret.partition(":")
    if colon:
        return user, password
    if http.user:
        return http.user, secret
    raise ConfigError(
        "the meter's secret names no user", advice="Write it as USER:PASSWORD in its file."
    )


def _first_line(path: Path) -> str:
    with opened(path) as file:
        return file.read(8192).decode("utf-8").partition("\n")[0].strip()
