"""A house is added in the console: typed field by field, its meter live below."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot

from console.errors import EngineError
from console.model.change import NewHouse, ProfileWords
from console.model.meter import Plate
from console.model.probe import Fault, Flaw, Flow, Glimpse, Outcome, Verdict
from console.tui.screens.confirm import ConfirmScreen
from console.tui.widgets.lines import Lines
from tests.tui.engine import FakeEngine
from tests.tui.piloting import opened, press
from tests.tui.screens.test_settings import FILE

PROFILES = (
    ProfileWords(name="homewizard-v1", kind="HomeWizard P1 and kWh meter (v1)", verified=True),
    ProfileWords(name="homewizard-v2", kind="HomeWizard (v2)", verified=False),
    ProfileWords(name="shelly-gen2", kind="Shelly Pro 3EM", verified=True),
    ProfileWords(
        name="vzlogger", kind="vzlogger", verified=False,
        params=("import_uuid", "power_uuid"), params_optional=("export_uuid",),
    ),
)  # fmt: skip
SEEN = Glimpse(
    profile="homewizard-v1",
    plate=Plate(kind="HomeWizard P1 and kWh meter (v1)", register="revenue", balancing="meter"),
    import_wh=1_234_567.8,
    export_wh=2500,
    power_w=-6000,
    verdict=Verdict(
        outcome=Outcome.UNDECIDED, text="Too little has flowed to say.", seconds=24, readings=12,
        flowed=Flow(import_wh=0, export_wh=40.1), counted=Flow(import_wh=0, export_wh=40),
    ),
)  # fmt: skip
NEW = ("up", "up", "enter")


@pytest.fixture
def writing(engine: FakeEngine) -> FakeEngine:
    engine.written = msgspec.structs.replace(FILE, profiles=PROFILES)
    return engine


def drawn(pilot: Pilot[str]) -> str:
    return pilot.app.screen.query_one("#page", Lines).text


async def test_its_meter_is_watched_while_the_rest_is_typed(writing: FakeEngine) -> None:
    writing.glimpses = [Glimpse(), SEEN]
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", *"Mill", "enter", "enter")
        assert "── its meter ──" not in drawn(pilot)
        await press(pilot, *"10.0.0.7", "enter", *"env:KEY7", "enter")
        shown = drawn(pilot)
        for words in (
            "▸ wallet",
            "profile      homewizard-v1, found by asking",
            "   in      1,234.568 kWh          0.0 Wh          0.0 Wh",
            "   out         2.500 kWh         40.0 Wh         40.1 Wh",
            "   now         ▲ 6.00 kW   12 readings in 0:24",
            "Too little has flowed to say.",
        ):
            assert words in shown
        assert len(shown.splitlines()) <= 22
        await press(pilot, "enter", "w", "tab", "enter")
    assert writing.probed == [
        NewHouse(id="h7", name="Mill", profile="", url="http://10.0.0.7", secret="env:KEY7")
    ]
    [house] = writing.changes[-1].houses
    assert house == msgspec.structs.replace(writing.probed[0], profile="homewizard-v1")


async def test_a_profile_that_nothing_proves_says_so_while_it_is_typed(
    writing: FakeEngine,
) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *"home")
        assert "homewizard-v1, homewizard-v2 (unverified)" in drawn(pilot)
        await press(pilot, *"wizard-v2", "enter")
        assert "profile      homewizard-v2 (unverified)" in drawn(pilot)


async def test_what_a_profile_asks_of_a_house_is_asked(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *"vzlogger", "enter", *"x", "enter")
        await press(pilot, "enter", *"u-1", "enter")
        assert writing.probed == []
        assert "vzlogger needs its power_uuid." in await press(pilot, "enter") or drawn(pilot)
        await press(pilot, *"u-2", "enter", "enter", "enter", "w", "tab", "enter")
    params = {"import_uuid": "u-1", "power_uuid": "u-2"}
    assert writing.changes[-1].houses == (
        NewHouse(id="h7", profile="vzlogger", url="http://x", params=params),
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("a b",), "An id is 1 to 32 letters"),
        (("TEST1",), "TEST1 is a house already."),
        (("h7", "", "shely"), "There is no profile shely. shelly-gen2"),
        (("h7", "", "generic"), "mosaic houses add NAME --profile generic"),
        (("h7", "", "", ""), "Its meter needs an address."),
        (("h7", "", "", "x", "canary"), "never the secret itself"),
    ],
)
async def test_what_cannot_be_is_said_and_asked_again(
    writing: FakeEngine, typed: tuple[str, ...], said: str
) -> None:
    async with opened(writing, "C", size=(120, 36)) as pilot:
        await press(pilot, *NEW)
        for text in typed:
            await press(pilot, *("space" if key == " " else key for key in text), "enter")
        assert said in drawn(pilot)
        assert "canary" not in drawn(pilot)


async def test_what_is_said_is_told_whole_on_a_narrow_screen(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *("x" * 60), "enter")
        assert f"There is no profile {'x' * 60}." in " ".join(drawn(pilot).split())
        assert "shelly-gen2" in drawn(pilot)


async def test_a_fault_is_named_and_asked_about(writing: FakeEngine) -> None:
    assert SEEN.verdict is not None
    fault = Fault(
        kind=Flaw.SIGN, text="The power's sign is swapped.", advice="Write power_sign in a profile."
    )
    verdict = msgspec.structs.replace(SEEN.verdict, outcome=Outcome.FAULT, faults=(fault,))
    plate = Plate(kind="Shelly", register="device", balancing="per-phase")
    writing.glimpses = [msgspec.structs.replace(SEEN, verdict=verdict, plate=plate)]
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", "enter", *"x", "enter", "enter", "enter")
        assert "! The power's sign is swapped." in drawn(pilot)
        assert "φ each phase is counted by itself" in drawn(pilot)
        await press(pilot, "w")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        asked = pilot.app.screen.query_one("#dialog", Lines).text
        assert "Its meter: The power's sign is swapped." in asked
        assert "h7 counts each phase by itself:" in asked


def torn() -> Glimpse:
    """What is seen of a meter whose power's sign, or whose registers, are swapped."""
    assert SEEN.verdict is not None
    told = [
        msgspec.structs.replace(
            SEEN.verdict,
            outcome=Outcome.FAULT,
            faults=(Fault(kind=kind, text=text, advice="Probe again with --now taking."),),
        )
        for kind, text in (
            (Flaw.SIGN_OR_SWAP, "They run against each other."),
            (Flaw.SIGN, "The power's sign is swapped."),
            (Flaw.SWAP, "Import and export are swapped."),
        )
    ]
    return msgspec.structs.replace(SEEN, verdict=told[0], if_taking=told[1], if_giving=told[2])


@pytest.mark.parametrize(
    ("said", "named", "other"),
    [
        ("t", "The power's sign is swapped.", "Import and export"),
        ("giving", "Import and export are swapped.", "The power's sign"),
        ("", "They run against each other.", "is swapped"),
    ],
)
async def test_only_who_knows_the_house_can_tell_and_is_asked(
    writing: FakeEngine, said: str, named: str, other: str
) -> None:
    writing.glimpses = [torn()]
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", "enter", *"x", "enter", "enter")
        assert "Does the house take power now, or give it?" in drawn(pilot)
        assert "--now" not in drawn(pilot)
        await press(pilot, "enter")
        assert "▸ now" in drawn(pilot)
        await press(pilot, *"both", "enter")
        assert "taking or giving, or nothing where that is not known." in drawn(pilot)
        await press(pilot, "ctrl+u", *said, "enter")
        assert f"! {named}" in drawn(pilot)
        assert other not in drawn(pilot)
        await press(pilot, "w")
        assert f"Its meter: {named}" in pilot.app.screen.query_one("#dialog", Lines).text
        await press(pilot, "tab", "enter")
    assert writing.changes[-1].houses == (
        NewHouse(id="h7", profile="homewizard-v1", url="http://x"),
    )


async def test_it_is_asked_by_enter_where_it_shows_after_all_is_typed(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", "enter", *"x", "enter", "enter", "enter")
        writing.sights.put_nowait(torn())
        await press(pilot)
        assert "enter asks what the house does." in drawn(pilot)
        assert not pilot.app.screen.query_one("#value").has_class("typing")
        await press(pilot, "enter", *"taking", "enter")
        assert "now          taking" in drawn(pilot)
        assert "! The power's sign is swapped." in drawn(pilot)
        await press(pilot, "enter")
        assert "▸ id" in drawn(pilot)
        await press(pilot, *["enter"] * 6)
        assert "▸ now" not in drawn(pilot)


async def test_a_meter_that_cannot_be_read_is_told_and_can_be_typed_again(
    writing: FakeEngine,
) -> None:
    writing.glimpses = [Glimpse(trouble="no connection to 10.0.0.7", over=True)]
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", "enter", *"10.0.0.7", "enter", "enter")
        await press(pilot, "enter")
        assert "It cannot be read: no connection to 10.0.0.7." in drawn(pilot)
        await press(pilot, "w")
        assert "Its meter's profile is not known yet" in drawn(pilot)
        writing.glimpses = [SEEN]
        await press(pilot, "enter", "enter", "enter", "enter", "enter", "enter", "enter")
        assert "homewizard-v1, found by asking" in drawn(pilot)
        await press(pilot, "w", "tab", "enter")
    assert [house.url for house in writing.probed] == ["http://10.0.0.7"] * 2
    assert writing.changes[-1].houses[0].profile == "homewizard-v1"


async def test_a_refusal_is_told_where_the_meter_would_be(writing: FakeEngine) -> None:
    writing.probe_refusal = EngineError("its address cannot be.", advice="Write another one.")
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", "enter", *"x", "enter", "enter")
        assert "its address cannot be. Write another one." in drawn(pilot)


@pytest.mark.parametrize("profile", ["simulated", "file"])
async def test_a_house_without_a_meter_needs_no_address(writing: FakeEngine, profile: str) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *profile, "enter", "enter")
        await press(pilot, "w", "tab", "enter")
    assert writing.probed == []
    assert writing.changes[-1].houses == (NewHouse(id="h7", profile=profile),)


async def test_esc_leaves_the_house_and_an_empty_id_drops_it(writing: FakeEngine) -> None:
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *"simulated", "enter", "enter", "escape")
        assert "h7 simulated" in drawn(pilot)
        await press(pilot, "enter")
        assert pilot.app.screen.query_one("#value").value == "h7"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+u", "enter")
        assert "Nothing is changed yet." in drawn(pilot)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", {}),
        ("sha256:ab", {"pin": "sha256:ab"}),
        ("ca.pem", {"ca": "ca.pem"}),
        ("ca.pem appliance/p1", {"ca": "ca.pem", "name": "appliance/p1"}),
    ],
)
async def test_a_certificate_is_asked_about_where_there_is_one(
    writing: FakeEngine, typed: str, written: dict[str, str]
) -> None:
    keys = ["space" if key == " " else key for key in typed]
    async with opened(writing, "C", size=(80, 24)) as pilot:
        await press(pilot, *NEW, *"h7", "enter", "enter", *"homewizard-v2", "enter")
        await press(pilot, *"https://x", "enter", *"env:K", "enter")
        assert "▸ tls" in drawn(pilot)
        assert writing.probed == []
        await press(pilot, *keys, "enter", "enter")
    assert writing.probed[0].tls == written
