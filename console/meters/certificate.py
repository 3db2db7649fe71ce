"""The certificate: what a meter shows of itself, before anybody believes it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import httpx
import msgspec
from cryptography import x509

from console.errors import MeterAbsent, MeterError
from console.meters.tls import Trust, unasked
from console.meters.wire import plain
from console.safe_text import safe_text

_MOST_BYTES = 64 * 1024
_MOST_NAMES = 8
_PORTS = {"https": 443, "mqtts": 8883}


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a certificate, cleaned."""

    pin: str
    """Its fingerprint, `sha256:` and 64 hexadecimal digits."""
    subject: str
    """Whose it is, by its own word."""
    issuer: str
    """Who signed it, by its own word."""
    names: tuple[str, ...]
    """The names and addresses that it is for; the subject's own where it lists none."""
    begins: datetime
    """From when it counts."""
    ends: datetime
    """Until when."""


async def shown_certificate(url: httpx.URL, timeout: float) -> Certificate:
    """Return what a meter shows when it is spoken to; nothing is asked of it, and nothing told.

    Args:
        url: its address, over https or mqtts.
        timeout: the most that it may take, loop seconds.

    Raises:
        MeterAbsent: nothing takes the connection.
        MeterError: it does not speak TLS, or shows no certificate.
    """
    place = safe_text(url.netloc.decode("ascii"), 60)
    try:
        wire = await plain(url.host, url.port or _PORTS[url.scheme], timeout)
    except httpx.ConnectError as error:
        raise MeterAbsent(f"no connection to {place}: {safe_text(error, 80)}") from None
    except httpx.ConnectTimeout:
        raise MeterAbsent(f"no connection to {place}: it was silent for {timeout:g} s") from None
    try:
        await wire.encrypt(Trust(unasked("http")), url.host, timeout)
    except httpx.ConnectTimeout:
        raise MeterError(f"{place} shows no certificate: it was silent for {timeout:g} s") from None
    except httpx.ConnectError as error:
        why = safe_text(error, 80) or "it ends the connection"
        raise MeterError(f"{place} shows no certificate: {why}") from None
    raw = wire.certificate()
    wire.end()
    try:
        return _read(raw or b"")
    except (ValueError, x509.InvalidVersion):
        raise MeterError(f"{place} shows a certificate that cannot be read") from None


def _read(raw: bytes) -> Certificate:
    if len(raw) > _MOST_BYTES:
        raise ValueError
    read = x509.load_der_x509_certificate(raw)
    subject = safe_text(read.subject.rfc4514_string(), 200)
    return Certificate(
        pin=f"sha256:{sha256(raw).hexdigest()}",
        subject=subject,
        issuer=safe_text(read.issuer.rfc4514_string(), 200),
        names=_names(read),
        begins=read.not_valid_before_utc,
        ends=read.not_valid_after_utc,
    )


def _names(read: x509.Certificate) -> tuple[str, ...]:
    try:
        listed = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        own = read.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
        return tuple(safe_text(one.value, 100) for one in own[:_MOST_NAMES])
    names = [
        *listed.get_values_for_type(x509.DNSName),
        *map(str, listed.get_values_for_type(x509.IPAddress)),
    ]
    return tuple(safe_text(name, 100) for name in names[:_MOST_NAMES])
