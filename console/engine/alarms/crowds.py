"""The crowds: meters that were lost together, by the network they share or by the minute. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import msgspec

NETWORK_LEAST = 3
"""The fewest lost meters of one network that are one matter, where they are most of it."""

TOGETHER_LEAST = 5
"""The fewest meters lost at the same time that are one matter, wherever they are."""

TOGETHER_SPAN = timedelta(minutes=1)
"""What counts as the same time."""

_IPV4_BITS, _IPV6_BITS = 24, 64


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Meters whose loss is one matter."""

    network: str
    """The network they share, as `192.168.1.0/24` or a host's name; empty where they share none."""
    houses: tuple[str, ...]
    """Whose they are, in the order in which they were lost."""
    of: int
    """How many meters there are in that network; how many are lost where there is none."""
    since: datetime
    """When the first of them was lost, aware UTC."""


def network_of(url: str) -> str:
    """Return the network that a meter's address lies in; empty where it has none.

    A network is an IPv4 address's /24, an IPv6 address's /64, or the host of that name.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    bits = _IPV4_BITS if address.version == 4 else _IPV6_BITS
    return str(ip_network(f"{address}/{bits}", strict=False))


def crowds(lost: Mapping[str, datetime], networks: Mapping[str, str]) -> tuple[Crowd, ...]:
    """Return the crowds among lost meters; no meter is in two.

    Args:
        lost: since when each lost meter is, by house.
        networks: the network of every meter, lost or not, by house.
    """
    sizes = Counter(networks.values())
    by_network: dict[str, list[str]] = {}
    for house in sorted(lost, key=lambda house: (lost[house], house)):
        by_network.setdefault(networks.get(house, ""), []).append(house)
    found = [
        Crowd(network=name, houses=tuple(houses), of=sizes[name], since=lost[houses[0]])
        for name, houses in by_network.items()
        if name and len(houses) >= NETWORK_LEAST and 2 * len(houses) > sizes[name]
    ]
    crowded = {house for crowd in found for house in crowd.houses}
    rest = [house for houses in by_network.values() for house in houses if house not in crowded]
    rest.sort(key=lambda house: (lost[house], house))
    if together := _together(rest, lost):
        houses = tuple(together)
        since = lost[houses[0]]
        found.append(Crowd(network="", houses=houses, of=len(houses), since=since))
    return tuple(found)


def _together(ordered: Sequence[str], lost: Mapping[str, datetime]) -> list[str]:
    """Return those that were lost within the same minute as enough others."""
    taken: list[str] = []
    first = counted = 0
    for last, house in enumerate(ordered):
        while lost[house] - lost[ordered[first]] > TOGETHER_SPAN:
            first += 1
        if last - first + 1 >= TOGETHER_LEAST:
            taken += ordered[max(first, counted) : last + 1]
            counted = last + 1
    return taken
