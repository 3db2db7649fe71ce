"""The address: where a meter answers, and what is no address of one."""

from __future__ import annotations

import ipaddress

import httpx

from console.errors import ConfigError
from console.safe_text import safe_text


def checked_url(url: str, *schemes: str, path: bool = False) -> httpx.URL:
    """Return a meter's address.

    Args:
        url: the address.
        schemes: what it may begin with; `http` and `https` where left out.
        path: whether it goes on after host and port, and must.

    Raises:
        ConfigError: it is none of one device, or holds a name, a password or a path; a password is
            not repeated.
    """
    schemes = schemes or ("http", "https")
    if "@" in url:
        raise ConfigError("a meter's address holds a name or password", advice="Leave them out.")
    shown = safe_text(url, 80)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigError(f"{shown!r} is no address of a meter: {safe_text(error, 80)}") from None
    if parsed.scheme not in schemes or not parsed.host:
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ConfigError(
            f"{shown!r} is no address of a meter",
            advice=f"It begins with {begins}, then the host.",
        )
    if parsed.query or parsed.fragment:
        raise ConfigError(f"{shown!r} holds ? or #, which no meter's address does")
    if path and parsed.path in ("", "/"):
        raise ConfigError(f"{shown!r} names no topic", advice="It stands after the host, with a /.")
    if not path and parsed.raw_path not in (b"", b"/"):
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
