"""The metering: how a house's meter is asked, and by what its certificate is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from console.config import values
from console.config.table import Table
from console.config.values import Wrong, shown
from console.settings import FILE, SIMULATED, MeterSettings, TlsSettings

GENERIC = "generic"
"""The meter profile whose expressions stand beside it."""
WITHOUT_ADDRESS = (SIMULATED, FILE)
"""The meter profiles without an address."""

_OF_A_POLLED_METER = ("url", "secret", "tls", "params")

_CERTIFICATE_NAME = re.compile(r"[!-~]{1,128}")
_FINGERPRINT = re.compile(r"(sha256:)?(?i:[0-9a-f]{64}|[0-9a-f]{2}(:[0-9a-f]{2}){31})")


def read_meter(table: Table, folder: Path) -> MeterSettings:
    """Read how a house's meter is asked.

    Args:
        table: the house's `meter`.
        folder: where the file stands; paths are relative to it.
    """
    profile = SIMULATED
    if table.written:
        profile = table.require("profile", values.profile, SIMULATED)
    if profile not in WITHOUT_ADDRESS and not table.has("url"):
        table.refuse("url", f"is missing; a {profile} meter needs its address")
    for key in filter(table.has, _OF_A_POLLED_METER if profile == FILE else ()):
        table.refuse(key, f'belongs to a meter that is polled, not to the profile "{FILE}"')
    meter = MeterSettings(
        profile=profile,
        url=table.get("url", values.meter_url, ""),
        secret=table.get("secret", values.secret(folder), ""),
        tls=_read_tls(table.table("tls"), folder),
        params=table.get("params", values.words, {}),
        described=table.others() if profile == GENERIC else {},
    )
    table.finish()
    return meter


def certificate_name(value: object) -> str:
    """Take the name that stands in a certificate, such as `appliance/p1dongle/5c2faf001122`."""
    if isinstance(value, str) and _CERTIFICATE_NAME.fullmatch(value):
        return value
    raise Wrong(f"must be the name in the meter's certificate, not {shown(value)}")


def fingerprint(value: object) -> str:
    """Take a certificate's SHA-256, with colons between its bytes or without."""
    if isinstance(value, str) and _FINGERPRINT.fullmatch(value):
        return "sha256:" + value.lower().removeprefix("sha256:").replace(":", "")
    raise Wrong(f'must be "sha256:" and 64 hexadecimal digits, not {shown(value)}')


def tls_settings(written: Mapping[str, str], folder: Path) -> TlsSettings:
    """Take what a command says of a certificate: `ca` and `name`, or `pin`.

    Args:
        written: by these names.
        folder: what a path is relative to.

    Raises:
        Wrong: it cannot be.
    """
    if written.keys() - {"ca", "name", "pin"}:
        raise Wrong("has a certificate that is believed by something else than ca, name or pin")
    if "pin" in written and len(written) > 1:
        raise Wrong("has a certificate with a pin, which says all by itself: leave out ca and name")
    return TlsSettings(
        ca=values.place(folder)(written["ca"]) if "ca" in written else None,
        name=certificate_name(written["name"]) if "name" in written else "",
        pin=fingerprint(written["pin"]) if "pin" in written else "",
    )


def _read_tls(table: Table, folder: Path) -> TlsSettings:
    tls = TlsSettings(
        ca=table.get("ca", values.place(folder), None),
        name=table.get("name", certificate_name, ""),
        pin=table.get("pin", fingerprint, ""),
    )
    if tls.pin and (tls.ca or tls.name):
        table.refuse("pin", "says all by itself; leave out ca and name")
    table.finish()
    return tls
