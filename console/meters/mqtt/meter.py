"""One meter over MQTT: what it pushed last, or why nothing is there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from weakref import WeakValueDictionary

from console.clock import Clock
from console.errors import ConfigError, MeterAbsent, MeterDenied, MeterError
from console.meters.auth import read_secret
from console.meters.measurement import Measurement
from console.meters.mqtt.broker import Broker
from console.meters.mqtt.inbox import Inbox
from console.meters.mqtt.topics import Place, place_of, topics_under
from console.meters.newest import Newest
from console.meters.profile import Profile
from console.meters.tls import Trust, trust_of
from console.safe_text import safe_text
from console.settings import MeterSettings

PATIENCE_SECONDS = 10.0
"""How long a meter's very first message is awaited, loop seconds."""

_Key = tuple[Place, tuple[str, str] | None, Trust | None]

_brokers: WeakValueDictionary[_Key, Broker] = WeakValueDictionary()
"""The brokers that any meter listens at: one connection each in the whole process."""


class MqttMeter:
    """A house's meter that pushes its values through a broker."""

    listens = True
    """It speaks by itself."""

    def __init__(
        self,
        house: str,
        profile: Profile,
        broker: Broker,
        topic: str,
        clock: Clock,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Prepare; nothing is listened to before the first `read`.

        Args:
            house: the house's id.
            profile: how its messages are read.
            broker: whose messages they are.
            topic: the topic of the house's address.
            clock: by which messages are stamped.
            patience: how long the very first message is awaited, loop seconds.

        Raises:
            ConfigError: the topic is none of one meter.
        """
        self.house = house
        """The house's id."""
        self.source = profile.name
        """What is noted with each reading as its source."""
        self.plate = profile.plate(str(broker.place), listens=True)
        """What it is."""
        topics = topics_under(topic, profile.topics)
        self._topics = frozenset(topics.values())
        self._inbox = Inbox(profile, topics, on_change=profile.on_change)
        self._newest = Newest(
            f"{broker.place}/{safe_text(topic, 80)}", clock, profile.table.silence
        )
        self._broker = broker
        self._clock = clock
        self._patience = patience
        self._refused: MeterError | None = None
        self._told: datetime | None = None

    @property
    def topics(self) -> Collection[str]:
        """The topics that it listens to."""
        return self._topics

    async def read(self) -> Measurement:
        """Return the newest message with the instant at which it was taken.

        While there is no connection it is returned once: what is missed then is known at once.

        Raises:
            MeterDenied: the broker refuses us, or keeps the topic from us.
            MeterAbsent: there is no message that is new enough; no connection to the broker, maybe.
            MeterError: the message is too old or must be refused, in one sentence.
        """
        await self._broker.listen(self)
        try:
            said = await self._newest.read(self._patience)
        except MeterDenied:
            raise
        except MeterError as error:
            raise self._broker.fault or self._refused or self._missing() or error from None
        if self._broker.fault is not None and said.taken == self._told:
            raise self._broker.fault
        self._told = said.taken
        return said

    async def close(self) -> None:
        """Listen no more."""
        await self._broker.leave(self)

    def hear(self, topic: str, payload: bytes, *, kept: bool) -> None:
        """Take a message; `kept` where the broker had kept it from before."""
        try:
            said = self._inbox.take(topic, payload, self._clock.now(), kept=kept)
        except MeterError as error:
            self._refused = MeterError(f"{self._on(topic)}: {error.message}")
            self._newest.fail(self._refused)
            return
        if said is not None:
            self._refused = None
            self._newest.hear(said, said.taken)

    def lose(self, fault: MeterError) -> None:
        """Take why nothing is heard now."""
        self._inbox.miss()
        self._newest.fail(fault)

    def _missing(self) -> MeterError | None:
        if lacks := self._inbox.lacks:
            return MeterAbsent(f"no message yet on {self._on(lacks[0])}")
        if kept := self._inbox.kept:
            return MeterAbsent(
                f"only a message of an unknown age, kept by the broker, on {self._on(kept[0])}"
            )
        return None

    def _on(self, topic: str) -> str:
        return f"the topic {safe_text(topic, 80)} at {self._broker.place}"


def mqtt_meter(house: str, profile: Profile, meter: MeterSettings, clock: Clock) -> MqttMeter:
    """Return a house's meter; those of one broker share their connection.

    Args:
        house: the house's id.
        profile: how its messages are read.
        meter: its address and secret.
        clock: by which messages are stamped.

    Raises:
        ConfigError: its address or secret cannot be.
    """
    place, topic = place_of(meter.url)
    login = _login(read_secret(meter.secret))
    trust = trust_of(meter.tls, "mqtt") if place.tls else None
    broker = _brokers.get((place, login, trust))
    if broker is None:
        broker = Broker(place, login, trust)
        _brokers[place, login, trust] = broker
    return MqttMeter(house, profile, broker, topic, clock)


def _login(secret: str) -> tuple[str, str] | None:
    if not secret:
        return None
    user, colon, password = secret.partition(":")
    if not colon:
        raise ConfigError(
            "the meter's secret names no user", advice="Write it as USER:PASSWORD in its file."
        )
    return user, password
