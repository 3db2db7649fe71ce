"""What a probe came to ends with the words that add the meter as it was probed."""

from __future__ import annotations

import shlex
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from console.cli.meters.verdicts import probed, probed_lines
from console.cli.meters.watching import Sight, Watched
from console.meters.measurement import Measurement
from console.meters.probing.finding import Attempt
from console.model.probe import Outcome, Verdict
from console.settings import MeterSettings, TlsSettings

SAID = Measurement(import_wh=Decimal(1000), export_wh=Decimal(5), power_w=Decimal(40))


class Agreed:
    """A watch that is sure."""

    said = SAID
    verdict = Verdict(outcome=Outcome.AGREES, text="Power and registers agree.", sure=True)
    trouble = ""

    def know(self, *, taking: bool) -> None:
        raise AssertionError("nobody asks")


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        (TlsSettings(), []),
        (TlsSettings(pin="sha256:00"), ["--tls", "pin=sha256:00"]),
        (
            TlsSettings(ca=Path("/etc/ca.pem"), name="appliance/a"),
            ["--tls", "ca=/etc/ca.pem", "--tls", "name=appliance/a"],
        ),
    ],
)
def test_a_meter_is_added_with_what_its_certificate_was_believed_by(
    tls: TlsSettings, words: list[str]
) -> None:
    meter = MeterSettings(profile="ecotracker", url="https://127.0.0.1", tls=tls)
    watched = [Watched(way=Attempt(meter=meter, said=SAID), watch=Agreed())]
    sight = Sight(watched=watched, passed=timedelta(minutes=1), most=timedelta(minutes=10))
    *_, last = probed_lines(probed(meter.url, sight), sight, 80)
    profile = ["--profile", "ecotracker"]
    assert shlex.split(last)[-len(words) - 2 :] == [*profile, *words]
