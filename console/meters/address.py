"""The address: where a meter answers, and what is no address of one."""

from __future__ import annotations

import ipaddress

import httpx

from console.errors import ConfigError
from console.safe_text import safe_text


def checked_url(url: str) -> httpx.URL:
    """Return a meter's address.

    Raises:
        ConfigError: it is none of one device, or holds a name, a password or a path; a password is
            not repeated.
    """
    if "@" in url:
        raise ConfigError("a meter's address holds a name or password", advice="Leave them out.")
    shown = safe_text(url, 80)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigError(f"{shown!r} is no address of a meter: {safe_text(error, 80)}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ConfigError(
            f"{shown!r} is no address of a meter",
            advice="It begins with http:// or https://, then the host.",
        )
    if parsed.raw_path != b"/" or parsed.fragment:
        raise ConfigError(f"{shown!r} has a path; the profile knows the path itself")
    _refuse_address(parsed.host)
    return parsed


def _refuse_address(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        raise ConfigError(f"no meter answers at {host}: it is not an address of one device")
