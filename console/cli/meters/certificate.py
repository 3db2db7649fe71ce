"""The certificate's command: what a meter shows, and how it is believed from now on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from console.cli.meters.words import pairs_of
from console.config import values
from console.config.metering import certificate_name, fingerprint
from console.config.values import Wrong
from console.errors import UsageError
from console.meters.address import checked_url
from console.meters.certificate import Certificate, shown_certificate
from console.safe_text import safe_text

SECONDS = 10.0
"""How long a meter may take to show it, loop seconds."""


def certificate_at(url: str) -> Certificate:
    """Return the certificate that a meter shows.

    Args:
        url: its address, or a broker's over mqtts; one without a scheme is https.

    Raises:
        ConfigError: it is no address of a meter.
        MeterError: it shows none.
    """
    place = url if "://" in url else f"https://{url}"
    scheme, _, rest = place.partition("://")
    if scheme.lower() == "mqtts":
        # whatever the topic is: its broker shows the same
        place = f"mqtts://{rest.partition('/')[0]}"
    return asyncio.run(shown_certificate(checked_url(place, "https", "mqtts"), SECONDS))


def certificate_lines(shown: Certificate) -> Iterator[str]:
    """Yield what is to be compared, and what to write then."""
    yield f"of            {shown.subject or '--'}"
    yield f"signed by     {shown.issuer or '--'}"
    yield f"for           {', '.join(shown.names) or '--'}"
    yield f"counts        {shown.begins:%Y-%m-%d} to {shown.ends:%Y-%m-%d}"
    yield f"fingerprint   {shown.pin}"
    yield ""
    yield "Compare it with what the device or its maker says. Then, beside the meter's url:"
    yield f'  tls = {{ pin = "{shown.pin}" }}'
    yield "or, by the file of who signed it:"
    name = f', name = "{shown.names[0]}"' if shown.names else ""
    yield f'  tls = {{ ca = "ca.pem"{name} }}'


def tls_of(words: Sequence[str], folder: Path) -> dict[str, str]:
    """Return by what options say that a certificate is believed, as the configuration has it.

    Args:
        words: each `KEY=VALUE`, of `ca`, `name` and `pin`.
        folder: what a path is relative to.

    Raises:
        UsageError: one cannot be, or stands there twice.
    """
    takers: dict[str, Callable[[object], object]] = {
        "ca": values.place(folder),
        "name": certificate_name,
        "pin": fingerprint,
    }
    written: dict[str, str] = {}
    for key, value in pairs_of("--tls", words):
        if key not in takers or key in written:
            why = "stands there twice" if key in written else "is none of ca, name and pin"
            raise UsageError(f"--tls {safe_text(key, 60)} {why}.")
        try:
            written[key] = str(takers[key](value))
        except Wrong as wrong:
            raise UsageError(f"--tls {key} {wrong}.") from None
    if "pin" in written and len(written) > 1:
        raise UsageError("--tls pin says all by itself: leave out ca and name.")
    return written
