"""The broker: one connection that all of its houses' meters share, made anew when it breaks."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import aiomqtt
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.reasoncodes import ReasonCode

from console.errors import MeterAbsent, MeterDenied, MeterError
from console.meters.mqtt.client import Client, Unproven, connected
from console.meters.mqtt.topics import Place
from console.meters.reconnect import LONGEST_SECONDS, pause_seconds, reason
from console.meters.tls import HOW_BELIEVED, Trust
from console.safe_text import safe_text

_TOPICS_A_REQUEST = 50
_FIRST_REFUSAL = 0x80
_OTHER_VERSION = 132
# 134 bad user or password, 135 not authorised, 138 banned, 140 bad authentication method
_REFUSALS = frozenset({134, 135, 138, 140})
_WANTED = 'Where it wants a user: secret = "file:PATH" beside its url, with USER:PASSWORD in it.'


class Listener(Protocol):
    """A meter that listens."""

    @property
    def topics(self) -> Collection[str]:
        """The topics that it listens to."""

    def hear(self, topic: str, payload: bytes, *, kept: bool) -> None:
        """Take a message; `kept` where the broker had kept it from before."""

    def lose(self, fault: MeterError) -> None:
        """Take why nothing is heard now."""


class Broker:
    """Listens at a broker for as long as anybody wants it to."""

    def __init__(
        self,
        place: Place,
        login: tuple[str, str] | None = None,
        trust: Trust | None = None,
        *,
        pause: Callable[[str, int], float] = pause_seconds,
    ) -> None:
        """Prepare; nothing is connected before a first listener comes.

        Args:
            place: where the broker listens.
            login: user and password, where it wants them.
            trust: by what its certificate is believed; None where it is spoken to openly.
            pause: how long to wait before it is tried anew, as `pause_seconds`.
        """
        self.place = place
        """Where the broker listens."""
        self._login = login
        self._trust = trust
        self._pause = pause
        self._protocol = aiomqtt.ProtocolVersion.V5
        self._listeners: dict[str, list[Listener]] = {}
        self._client: Client | None = None
        self.fault: MeterError | None = None
        """Why there is no connection now; None while there is one, or none is wanted yet."""
        self._task: asyncio.Task[None] | None = None

    async def listen(self, listener: Listener) -> None:
        """Let a meter hear its topics; one that listens already goes on.

        Raises:
            MeterError: the broker does not answer.
        """
        new = [topic for topic in listener.topics if listener not in self._heard_by(topic)]
        for topic in new:
            self._listeners.setdefault(topic, []).append(listener)
        if self._task is not None and self._task.done():
            # it ends by itself only where we are refused; a mistake of ours is raised here
            self._task.result()
            if new:
                # whoever comes now may have been let in meanwhile
                self._task = None
        if self._task is None:
            self.fault = None
            self._task = asyncio.create_task(self._run())
        if new and self.fault is not None:
            listener.lose(self.fault)
        if new and self._client is not None:
            try:
                await self._subscribe(self._client, new)
            except aiomqtt.MqttError as error:
                raise self._told(error) from None

    async def leave(self, listener: Listener) -> None:
        """Let a meter hear nothing more; the connection ends with the last one.

        Its topics are asked for no more from the next connection on: a broker that does not answer
        would hold up the end of every meter.
        """
        for topic in listener.topics:
            others = [one for one in self._heard_by(topic) if one is not listener]
            if others:
                self._listeners[topic] = others
            else:
                self._listeners.pop(topic, None)
        if not self._listeners and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            self.fault = await self._live()
            for listener in self._all():
                listener.lose(self.fault)
            if isinstance(self.fault, MeterDenied):
                return
            failures = 1 if loop.time() - began > LONGEST_SECONDS else failures + 1
            await asyncio.sleep(self._pause(str(self.place), failures))

    async def _live(self) -> MeterError:
        """Listen until the connection breaks; return why it did."""
        client = Client(self.place, self._login, self._trust, self._protocol)
        fault: MeterError = MeterAbsent(f"the broker {self.place} left")
        try:
            async with connected(client), asyncio.TaskGroup() as tasks:
                self._client, self.fault = client, None
                tasks.create_task(self._subscribe(client, list(self._listeners)))
                tasks.create_task(self._deliver(client))
        except* aiomqtt.MqttError as group:
            fault = self._told(group.exceptions[0])
        finally:
            self._client = None
        if client.unanswered:
            # an older broker may be silent to the newer version, and the other way round
            self._protocol = _other(self._protocol)
        return fault

    async def _subscribe(self, client: Client, topics: Sequence[str]) -> None:
        for at in range(0, len(topics), _TOPICS_A_REQUEST):
            some = topics[at : at + _TOPICS_A_REQUEST]
            codes = await client.subscribe([(topic, 0) for topic in some])
            for topic, code in zip(some, codes, strict=False):
                if _value(code) < _FIRST_REFUSAL:
                    continue
                for listener in self._heard_by(topic):
                    listener.lose(
                        MeterDenied(
                            f"the broker {self.place} does not let us hear the topic "
                            f"{safe_text(topic, 80)}",
                            advice="Allow this user to read it.",
                        )
                    )

    async def _deliver(self, client: Client) -> None:
        async for message in client.messages:
            topic = str(message.topic)
            for listener in self._heard_by(topic):
                listener.hear(topic, message.payload, kept=message.retain)

    def _told(self, error: BaseException) -> MeterError:
        match error:
            case MqttConnectError(rc=code):
                return self._refused(_value(code), safe_text(code, 40))
            case aiomqtt.MqttCodeError():
                return MeterAbsent(f"the connection to the broker {self.place} broke")
        # the library keeps what the system said as what its own error came of
        cause = error.__context__
        why = _why(cause) if isinstance(cause, OSError) else safe_text(error, 80)
        told = f"no connection to the broker {self.place}: {why}"
        if isinstance(cause, ssl.SSLCertVerificationError | Unproven):
            return MeterAbsent(told, advice=HOW_BELIEVED)
        return MeterAbsent(told)

    def _refused(self, code: int, reason: str) -> MeterError:
        if code in _REFUSALS:
            return MeterDenied(
                f"the broker {self.place} refuses access ({reason})",
                advice=_WANTED,
            )
        if code == _OTHER_VERSION:
            self._protocol = _other(self._protocol)
        return MeterError(f"the broker {self.place} takes no connection now ({reason})")

    def _heard_by(self, topic: str) -> list[Listener]:
        return self._listeners.get(topic, [])

    def _all(self) -> list[Listener]:
        return list({id(one): one for some in self._listeners.values() for one in some}.values())


def _other(protocol: aiomqtt.ProtocolVersion) -> aiomqtt.ProtocolVersion:
    five, three = aiomqtt.ProtocolVersion.V5, aiomqtt.ProtocolVersion.V311
    return three if protocol is five else five


def _value(code: object) -> int:
    found = code.value if isinstance(code, ReasonCode) else code
    return found if isinstance(found, int) else 0


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not believed: {safe_text(error.verify_message, 100)}"
    if isinstance(error, Unproven):
        return f"its certificate is not believed: {safe_text(error, 100)}"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS properly"
    return reason(error)
