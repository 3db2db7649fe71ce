"""The changes: what config.toml says, what another thing would mean, and a new meter probed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from console.client.connection import LONG_SECONDS, Connection
from console.model.change import ConfigChange, ConfigChanged, Configuration, NewHouse
from console.model.comparison import Comparison, Trials
from console.model.probe import Glimpse, HouseProbe

_PROBE_SECONDS = 300.0
"""Each profile that is tried may take its own time."""


class Changes(Connection):
    """Asks about the configuration, and has it changed."""

    async def configuration(self) -> Configuration:
        """Return what config.toml says, for a form."""
        return await self.get("/config", Configuration)

    def probe(self, house: NewHouse) -> AsyncIterator[Glimpse]:
        """Have a new house's meter watched; yield what is seen, the last one is over."""
        return self.follow("/meters/probe", house, Glimpse, silence=_PROBE_SECONDS)

    def probe_house(self, asked: HouseProbe) -> AsyncIterator[Glimpse]:
        """Have a house's meter watched by what the engine reads anyway; yield as `probe`."""
        return self.follow("/meters/probe/house", asked, Glimpse, silence=_PROBE_SECONDS)

    async def change(self, change: ConfigChange) -> ConfigChanged:
        """Show or make a change of config.toml; ConfigError's paragraph where it cannot be."""
        return await self.post("/config", change, ConfigChanged)

    async def compare(self, trials: Trials) -> Comparison:
        """Return what past days would have brought by other rules and prices."""
        asked = msgspec.json.encode(trials).decode()
        return await self.get_long("/comparison", Comparison, trials=asked)

    async def compare_change(self, change: ConfigChange) -> Comparison:
        """Return what is in force beside a change of config.toml, on the last days."""
        path = "/config/comparison"
        return await self.post(path, change, Comparison, seconds=LONG_SECONDS)
