"""The telegram: what a meter says at its P1 port, cut from a stream, checked and taken apart.

P1 companion standard 5.0.2 (Netbeheer Nederland): lines of OBIS codes between `/` and `!`, then a
CRC-16 over all from the one to the other. An encrypted telegram is a DLMS frame around that.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from console.errors import ConfigError, MeterError
from console.meters.extras import missing
from console.meters.profile_schema import P1
from console.safe_text import safe_text

MOST_BYTES = 64 * 1024
"""The most that may come before a telegram is whole; real ones have one to four thousand."""

_END = re.compile(rb"!([0-9A-F]{4})?\0?\r\n")
_LONGEST_END = 8
_ENCRYPTED = b"\xdb\x08"
_KEY = re.compile(r"[0-9A-Fa-f]{32}\Z")
_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1), "MWh": Decimal(1000)}
_KW = {"W": Decimal("0.001"), "kW": Decimal(1)}
_UNITS = {
    "ELECTRICITY_IMPORTED_TOTAL": _KWH,
    "ELECTRICITY_EXPORTED_TOTAL": _KWH,
    "ELECTRICITY_USED_TARIFF_1": _KWH,
    "ELECTRICITY_USED_TARIFF_2": _KWH,
    "ELECTRICITY_DELIVERED_TARIFF_1": _KWH,
    "ELECTRICITY_DELIVERED_TARIFF_2": _KWH,
    "CURRENT_ELECTRICITY_USAGE": _KW,
    "CURRENT_ELECTRICITY_DELIVERY": _KW,
    "EQUIPMENT_IDENTIFIER": None,
    "LUXEMBOURG_EQUIPMENT_IDENTIFIER": None,
    "P1_MESSAGE_TIMESTAMP": None,
}
"""What is taken of a telegram, by the names of dsmr-parser, and its unit's part of kWh or kW."""


class Stream(Protocol):
    """What cuts a stream into telegrams."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what came, yield the telegrams that are whole now.

        Raises:
            MeterError: too much came without one, or telegrams of another kind.
        """


class PlainStream:
    """Cuts a stream of text."""

    def __init__(self) -> None:
        """Begin anywhere in the stream."""
        self._kept = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what came, yield the telegrams that are whole now; raises as `Stream.feed`."""
        if not self._kept and data.startswith(_ENCRYPTED):
            raise MeterError("its telegrams are encrypted: they are those of p1-encrypted")
        searched = max(0, len(self._kept) - _LONGEST_END)
        self._kept += data
        while end := _END.search(self._kept, searched):
            searched = 0
            whole, self._kept = self._kept[: end.end()], self._kept[end.end() :]
            # a telegram that broke off is followed by the beginning of another
            begin = whole.rfind(b"/")
            if begin >= 0:
                yield whole[begin:]
        if len(self._kept) > MOST_BYTES:
            self._kept = b""
            raise _no_telegram()


class EncryptedStream:
    """Cuts a stream of encrypted frames, which tell their own length."""

    def __init__(self) -> None:
        """Begin anywhere in the stream."""
        from dsmr_parser.clients.telegram_buffer import EncryptedTelegramBuffer

        self._buffer = EncryptedTelegramBuffer()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what came, yield the frames that are whole now; raises as `Stream.feed`.

        A frame's length has but two bytes, so that no more is kept.
        """
        if _END.search(data):
            raise MeterError("its telegrams are not encrypted: they are those of dsmr-p1")
        self._buffer.append(data)
        for frame in self._buffer.get_all():
            yield bytes.fromhex(frame)


class TelegramReader:
    """Takes telegrams of one kind apart."""

    def __init__(self, form: P1, secret: str = "") -> None:
        """Prepare what parses.

        Args:
            form: how they are written.
            secret: the key where they are encrypted, 32 hexadecimal digits, or `KEY:KEY` with the
                one of their authentication where that is not the public one.

        Raises:
            ConfigError: the extra is missing, the key is none, or there is one that opens nothing.
        """
        try:
            from dsmr_parser import telegram_specifications
            from dsmr_parser.parsers import TelegramParser
        except ImportError:
            raise missing("p1", "a meter at a P1 port") from None
        # its complaints would land on the operator's terminal; ours say the same
        logging.getLogger("dsmr_parser").addHandler(logging.NullHandler())
        known = telegram_specifications.LUXEMBOURG_SMARTY["objects"]
        objects = [one for one in known if one["value_name"] in _UNITS]
        self._references = {one["value_name"]: one["obis_reference"] for one in objects}
        if secret and not form.encrypted:
            raise ConfigError("its telegrams are not encrypted; it takes no secret")
        self._encrypted = form.encrypted
        self._unchecked = not form.checksum
        key, _, other = secret.partition(":")
        public = telegram_specifications.MSN["authentication_key"]
        self._keys = _keys(key, other or public) if form.encrypted else {}
        self._parser = TelegramParser(
            {
                "objects": objects,
                "checksum_support": form.checksum,
                "general_global_cipher": form.encrypted,
            }
        )

    def stream(self) -> Stream:
        """Return what cuts a stream into telegrams of this kind."""
        return EncryptedStream() if self._encrypted else PlainStream()

    def stored(self, content: bytes) -> dict[str, object]:
        """Return what the first telegram of a file says; raises as `document`."""
        for telegram in PlainStream().feed(content):
            return self.document(telegram)
        if b"\r\n" not in content and b"!" in content:
            raise MeterError(
                "its lines do not end in CR LF as a meter's do; the checksum needs them"
            )
        raise _no_telegram()

    def document(self, telegram: bytes) -> dict[str, object]:
        """Return what a whole telegram says, by names: kWh, kW and text.

        Raises:
            MeterError: its checksum or key is wrong, or a line of it cannot be.
        """
        from dsmr_parser.exceptions import DecryptionError, InvalidChecksumError, ParseError

        if self._unchecked and (end := _END.search(telegram)) and end[1]:
            raise MeterError("its telegrams have a checksum: they are those of dsmr-p1")
        try:
            text = telegram.hex() if self._encrypted else telegram.decode("ascii")
            found = self._parser.parse(text, throw_ex=True, **self._keys)
        except InvalidChecksumError:
            raise MeterError("the telegram's checksum is wrong") from None
        except DecryptionError:
            raise MeterError(
                "the telegram does not open with its key",
                advice="Is the secret beside its url the key of this meter?",
            ) from None
        except (
            ParseError,
            ValueError,
            ArithmeticError,
            LookupError,
            TypeError,
            NotImplementedError,
        ) as error:
            raise MeterError(f"the telegram cannot be read: {safe_text(error, 80)}") from None
        said = {name: found.get(reference) for name, reference in self._references.items()}
        return {name: _value(name, line) for name, line in said.items() if line is not None}


class _Line(Protocol):
    """A line of a telegram as the parser gives it."""

    value: object
    unit: str | None


def _value(name: str, line: _Line) -> object:
    value, units = line.value, _UNITS[name]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return _printed(value)
    if units is None or not isinstance(value, Decimal):
        return None
    if line.unit not in units:
        raise MeterError(f"{name} has the unit {safe_text(line.unit, 20)!r}")
    if not value.is_finite():
        raise MeterError(f"{name} is no number")
    return value * units[line.unit]


def _printed(identifier: str) -> str:
    """Return an identifier as it is printed on the meter; most are sent as hexadecimal ASCII."""
    try:
        text = bytes.fromhex(identifier).decode("ascii")
    except ValueError:
        return identifier
    return text if text.isprintable() and text else identifier


def _keys(key: str, authentication: str) -> dict[str, str]:
    if not key:
        raise ConfigError(
            "encrypted telegrams need their key, and it has no secret",
            advice='Ask the network operator for its key: secret = "file:PATH" beside its url.',
        )
    if not (_KEY.match(key) and _KEY.match(authentication)):
        raise ConfigError("its secret is no key", advice="A key is 32 hexadecimal digits.")
    return {"encryption_key": key, "authentication_key": authentication}


def _no_telegram() -> MeterError:
    return MeterError("what it sends is no telegram")
