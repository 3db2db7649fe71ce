"""The encryption: by what a meter's certificate is believed, one context for each kind."""

from __future__ import annotations

import functools
import ssl
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import httpx

from console.errors import ConfigError
from console.safe_text import safe_text
from console.settings import TlsSettings

HOW_BELIEVED = (
    "mosaic meters certificate URL shows it; tls beside its url, or --tls, says by what it is "
    "believed"
)
"""What to do where a certificate is not believed."""

_MOST_BYTES = 1 << 20


class Trust(NamedTuple):
    """By what a meter's certificate is believed."""

    context: ssl.SSLContext
    """What checks it."""
    name: str = ""
    """The name that must stand in it, where that is not the address's host."""
    pin: bytes = b""
    """Its SHA-256, where that alone is what it is known by."""

    def refused(self, certificate: bytes | None) -> str:
        """Return why the other side's certificate is not believed; empty where it is.

        Args:
            certificate: what it showed, DER; the context has let it pass.
        """
        if not self.pin:
            return ""
        found = sha256(certificate or b"").digest()
        return "" if found == self.pin else f"it has the fingerprint sha256:{found.hex()}"


def trust_of(settings: TlsSettings, over: str) -> Trust:
    """Return by what a meter's certificate is believed; meters of one kind share their context.

    Args:
        settings: what the configuration says.
        over: what is spoken, `http` or `mqtt`; a context also holds what it offers to speak.

    Raises:
        ConfigError: the file of its authority cannot be read, or holds none.
    """
    if settings.pin:
        return Trust(unasked(over), pin=bytes.fromhex(settings.pin.removeprefix("sha256:")))
    context = _verified(over) if settings.ca is None else _by_authority(_read(settings.ca), over)
    return Trust(context, name=settings.name)


def _read(file: Path) -> str:
    shown = safe_text(file, 200)
    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"the authority's certificate {shown} cannot be read: {error.strerror}"
        ) from None
    try:
        if len(text) > _MOST_BYTES:
            raise ValueError
        pem = text.decode("ascii")
        _authority(pem)
    except (ValueError, ssl.SSLError):
        raise ConfigError(
            f"{shown} holds no authority's certificate",
            advice="It is a text that begins with -----BEGIN CERTIFICATE-----.",
        ) from None
    return pem


@functools.cache
def _verified(over: str) -> ssl.SSLContext:
    """Return the one of the usual authorities: loading them takes 30 ms each time."""
    return httpx.create_ssl_context(trust_env=False)


@functools.lru_cache(maxsize=64)
def _by_authority(pem: str, over: str) -> ssl.SSLContext:
    return _authority(pem)


def _authority(pem: str) -> ssl.SSLContext:
    # ssl.create_default_context takes the usual authorities where the text is empty
    if not pem:
        raise ValueError
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem)
    return context


@functools.cache
def unasked(over: str) -> ssl.SSLContext:
    """Return one that asks for nothing: neither name, nor dates, nor who signed it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
