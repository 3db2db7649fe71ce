"""The topics: on which of a broker's topics a house's meter speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.errors import ConfigError
from console.meters.address import checked_url
from console.safe_text import safe_text

PLAIN_PORT = 1883
"""Where a broker listens, where the address names no port."""
TLS_PORT = 8883
"""The same for one that is spoken to through TLS."""

_LONGEST_TOPIC = 250


class Place(NamedTuple):
    """Where a broker listens."""

    host: str
    """Its host name or address."""
    port: int
    """Its port."""
    tls: bool
    """Whether it is spoken to through TLS."""

    def __str__(self) -> str:
        """Return host and port as messages show them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return safe_text(f"{host}:{self.port}", 60)


def place_of(url: str) -> tuple[Place, str]:
    """Return the broker of an address, and the topic in it.

    Args:
        url: as in `mqtt://192.168.1.5/tele/house1/SENSOR`; `%20` is a space of the topic.

    Raises:
        ConfigError: it names no broker, no topic, or a user or password.
    """
    parsed = checked_url(url, "mqtt", "mqtts", path=True)
    tls = parsed.scheme == "mqtts"
    port = parsed.port or (TLS_PORT if tls else PLAIN_PORT)
    return Place(parsed.host, port, tls), parsed.path[1:]


def topics_under(base: str, suffixes: Mapping[str, str]) -> dict[str, str]:
    """Return the topics of a meter, by the names under which their messages stand.

    Args:
        base: the topic of the house's address.
        suffixes: what is added to it, by name; with nothing added it is the topic itself.

    Raises:
        ConfigError: one of them cannot be a topic of one meter.
    """
    topics = {name: base + suffix for name, suffix in suffixes.items()}
    for topic in topics.values():
        _refuse(topic)
    return topics


def _refuse(topic: str) -> None:
    shown = safe_text(topic, 80)
    if "+" in topic or "#" in topic:
        raise ConfigError(
            f"the topic {shown!r} stands for several",
            advice="Name one meter's topic, without + and #.",
        )
    if not topic.isprintable() or topic.startswith("$") or len(topic.encode()) > _LONGEST_TOPIC:
        raise ConfigError(
            f"{shown!r} is no topic of a meter",
            advice="It is at most 250 bytes of text and does not begin with $.",
        )
