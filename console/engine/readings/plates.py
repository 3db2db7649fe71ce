"""The plates: what the houses' meters are by their profiles, whoever asks them, or nobody."""

from __future__ import annotations

from console.errors import ConfigError
from console.meters.configured import plate_of
from console.model.meter import Plate
from console.settings import Settings


class Plates:
    """The plate of each house's meter; a simulated one and a recording have none."""

    def __init__(self, settings: Settings) -> None:
        """Look at some settings' members, each when it is first asked for."""
        self._settings = settings
        self._meters = {member.house.id: member.meter for member in settings.members}
        self._known: dict[str, Plate | None] = {}

    def of(self, house: str) -> Plate | None:
        """Return a house's; None where its meter has none, or its profile is not there any more."""
        if house not in self._known:
            self._known[house] = self._found(house)
        return self._known[house]

    def per_phase(self, house: str) -> bool:
        """Return whether a house's meter counts each phase by itself."""
        plate = self.of(house)
        return plate is not None and plate.apart

    def exports(self, house: str) -> bool:
        """Return whether a house's meter has an export register, as far as is known."""
        plate = self.of(house)
        return plate is None or plate.exports

    def least_seconds(self, house: str) -> int:
        """Return the shortest time between two polls that a house's meter bears, s; 0 for any."""
        plate = self.of(house)
        return 0 if plate is None else plate.least_seconds

    def every_seconds(self, house: str) -> int:
        """Return how far apart a house's meter speaks by itself, s; 0 for one that is asked."""
        plate = self.of(house)
        return 0 if plate is None else plate.every_seconds

    @property
    def apart(self) -> tuple[str, ...]:
        """The houses whose meters count each phase by itself, in the configuration's order."""
        return tuple(house for house in self._meters if self.per_phase(house))

    @property
    def no_export(self) -> tuple[str, ...]:
        """The houses whose meters have no export register, in the configuration's order."""
        return tuple(house for house in self._meters if not self.exports(house))

    def _found(self, house: str) -> Plate | None:
        meter = self._meters.get(house)
        if meter is None or not meter.url:
            return None
        try:
            return plate_of(meter, self._settings.profiles)
        except ConfigError:
            # an engine does not start with such a meter; what was read before may still be shown
            return None
