"""A SunSpec device under pymodbus's own server, on the loopback."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

MARK = [0x5375, 0x6E53]
END = [0xFFFF, 0]


def common(serial: str, maker: str = "Fronius") -> list[int]:
    """Model 1: maker, model, options, version, serial number, address."""
    words = [0] * 66
    words[:16] = struct.unpack(">16H", maker.encode().ljust(32, b"\0"))
    raw = serial.encode().ljust(32, b"\0")
    words[48:64] = struct.unpack(">16H", raw)
    return [1, len(words), *words]


def inverter() -> list[int]:
    """Model 103, which no meter is."""
    return [103, 50, *([7] * 50)]


def whole(
    model: int = 203,
    taken: int = 12345,
    given: int = 678,
    watts: int = -250,
    scales: tuple[int, int] = (0, 0),
) -> list[int]:
    """A model of whole numbers, with the scale factors of power and energy."""
    words = [0x8000] * 105
    words[16], words[20] = watts & 0xFFFF, scales[0] & 0xFFFF
    words[36:38] = [given >> 16, given & 0xFFFF]
    words[44:46] = [taken >> 16, taken & 0xFFFF]
    words[52] = scales[1] & 0xFFFF
    return [model, len(words), *words]


def floating(
    model: int = 213, taken: float = 12345.5, given: float = 678.0, watts: float = -250.25
) -> list[int]:
    """A model of floating point."""
    words = [0x7FC0, 0] * 62
    for at, value in ((26, watts), (58, given), (66, taken)):
        words[at : at + 2] = struct.unpack(">2H", struct.pack(">f", value))
    return [model, len(words), *words]


def device(unit: int, registers: Mapping[int, list[int]]) -> SimDevice:
    """Return a unit with registers from some addresses on; there are none elsewhere."""
    blocks = [
        SimData(address=address, values=list(words), datatype=DataType.REGISTERS)
        for address, words in sorted(registers.items())
    ]
    return SimDevice(id=unit, simdata=blocks)


@asynccontextmanager
async def served(*devices: SimDevice, port: int = 0) -> AsyncIterator[tuple[str, ModbusTcpServer]]:
    """Serve units until left; give the url and the server."""
    server = ModbusTcpServer(list(devices), address=("127.0.0.1", port))
    await server.listen()
    assert isinstance(server.transport, asyncio.Server)
    port = server.transport.sockets[0].getsockname()[1]
    try:
        yield f"tcp://127.0.0.1:{port}", server
    finally:
        await stop(server)


async def stop(server: ModbusTcpServer) -> None:
    """Let go of all connections and listen no more."""
    await server.shutdown()  # type: ignore[no-untyped-call]
