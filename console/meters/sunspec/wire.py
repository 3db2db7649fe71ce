"""The wire: one Modbus TCP connection to a device, shared by all meters behind it.

Requests and answers are written and read by pymodbus; the connection is ours, so that every byte is
bounded, a late answer never meets another question, and every failure is one sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from weakref import WeakValueDictionary

from console.errors import MeterAbsent, MeterError
from console.meters.extras import missing
from console.meters.reconnect import reason

CONNECT_SECONDS = 3.0
"""The most that connecting may take, loop seconds."""

_MOST_BYTES = 512
_LAST_TRANSACTION = 0xFFFF
# codes of the Modbus application protocol 1.1b3, chapter 7
# devices tell a register that they do not have by any of these
_NO_SUCH_REGISTER = (1, 2, 3, 4)
_BUSY = (5, 6)
_NOT_REACHED = (10, 11)

_wires: WeakValueDictionary[tuple[str, int], Wire] = WeakValueDictionary()


def wire_to(host: str, port: int, place: str) -> Wire:
    """Return the one wire to a device, for as long as any meter has it.

    Args:
        host: its name or address.
        port: its port.
        place: both as sentences name them.

    Raises:
        ConfigError: the extra is missing.
    """
    wire = _wires.get((host, port))
    if wire is None:
        wire = _wires[host, port] = Wire(host, port, place)
    return wire


class Wire:
    """Asks a device for registers, one request at a time."""

    def __init__(self, host: str, port: int, place: str) -> None:
        """Prepare; as `wire_to`."""
        try:
            from pymodbus.framer import FramerSocket
            from pymodbus.pdu import DecodePDU
        except ImportError:
            raise missing("modbus", "a meter over Modbus") from None
        # its complaints would land on the operator's terminal; ours say the same
        logging.getLogger("pymodbus").addHandler(logging.NullHandler())
        self._host, self._port, self._place = host, port, place
        self._framer = FramerSocket(DecodePDU(is_server=False))
        self._lock = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._transaction = 0
        self._users: set[object] = set()

    def join(self, user: object) -> None:
        """Keep the connection for a user until it leaves."""
        self._users.add(user)

    async def leave(self, user: object) -> None:
        """Let go of the connection where nobody else uses it."""
        self._users.discard(user)
        if not self._users:
            await self._drop()

    async def registers(
        self, unit: int, address: int, count: int, seconds: float
    ) -> Sequence[int] | None:
        """Return holding registers; None where the device says that it has none there.

        Args:
            unit: which device behind the address, 1 to 255.
            address: the first register, from 0.
            count: how many, at most 125.
            seconds: how long one's turn is awaited, and then the answer, loop seconds.

        Raises:
            MeterAbsent: nothing takes a connection there.
            MeterError: anything else that is no good answer, in one sentence.
        """
        await self._take_turn(seconds)
        try:
            reader, writer = self._streams or await self._connect()
            whole = False
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._ask(reader, writer, unit, address, count)
                whole = True
            except TimeoutError:
                raise MeterError(
                    f"unit {unit} at {self._place} gave no whole answer within {seconds:g} s"
                ) from None
            except OSError as error:
                raise MeterError(
                    f"the connection to {self._place} broke: {reason(error)}"
                ) from None
            finally:
                # what comes late must not answer the next question
                if not whole:
                    await self._drop()
        finally:
            self._lock.release()
        return answer

    async def _take_turn(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._lock.acquire()
        except TimeoutError:
            raise MeterError(
                f"{self._place} is still asked for other meters after {seconds:g} s"
            ) from None

    async def _ask(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        unit: int,
        address: int,
        count: int,
    ) -> Sequence[int] | None:
        from pymodbus.exceptions import ModbusException
        from pymodbus.pdu import ExceptionResponse, ReadHoldingRegistersRequest

        self._transaction = self._transaction % _LAST_TRANSACTION + 1
        request = ReadHoldingRegistersRequest(
            address=address, count=count, dev_id=unit, transaction_id=self._transaction
        )
        writer.write(self._framer.buildFrame(request))
        await writer.drain()
        came = b""
        while True:
            data = await reader.read(_MOST_BYTES)
            if not data:
                raise MeterError(f"{self._place} closed the connection")
            came += data
            try:
                used, answer = self._framer.handleFrame(came, unit, self._transaction)
            except ModbusException:
                raise MeterError(f"{self._place} does not speak Modbus properly") from None
            if answer is not None:
                break
            came = came[used:]
            if len(came) > _MOST_BYTES or (len(came) > 4 and came[2:4] != b"\0\0"):
                raise MeterError(f"{self._place} does not speak Modbus")
        if isinstance(answer, ExceptionResponse):
            if answer.exception_code in _NO_SUCH_REGISTER:
                return None
            raise self._refusal(unit, answer.exception_code)
        if len(answer.registers) != count:
            raise MeterError(f"{self._place} answered with another number of registers")
        return answer.registers

    def _refusal(self, unit: int, code: int) -> MeterError:
        if code in _BUSY:
            return MeterError(f"unit {unit} at {self._place} is busy")
        if code in _NOT_REACHED:
            return MeterError(f"{self._place} does not reach a unit {unit}")
        return MeterError(f"unit {unit} at {self._place} refuses to answer (Modbus code {code})")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._streams = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            raise MeterAbsent(f"no connection to {self._place}: {reason(error)}") from None
        return self._streams

    async def _drop(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with contextlib.suppress(OSError):
                await streams[1].wait_closed()
