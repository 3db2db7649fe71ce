"""The house's form: a new house field by field, and its meter live below as soon as it is named."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from console.model.change import NewHouse, ProfileWords
from console.model.house import ID
from console.model.probe import Glimpse
from console.settings import FILE, SIMULATED
from console.tui.cells import Line, Row, cut
from console.tui.look import Look
from console.tui.widgets.settings.glimpsed import draw_glimpse

REFERENCES = ("file:", "env:")
"""How a reference to a secret begins."""

NO_REFERENCE = (
    "That is no reference and was dropped: file:PATH or env:NAME, never the secret itself."
)
"""What is said of a secret itself."""

TORN = "Power and registers run against each other: enter asks what the house does."
"""What is said where only who knows the house can tell what is wrong."""

_DIRECTION = "now"
_TAKING, _GIVING = "taking", "giving"
_NOT_SAID = "It says taking or giving, or nothing where that is not known."
_ASKED = (
    "Does the house take power now, or give it? A kettle makes sure; the answer names the one "
    "at fault."
)
_WITH_CERTIFICATE = ("https://", "mqtts://")
_PIN = "sha256:"
_VALUE = 16
_OFFERED = 6
_GENERIC = "generic"


class Field(msgspec.Struct, frozen=True):
    """One thing that a new house needs."""

    name: str
    """Its name, as the file has it."""
    help: str
    """What it says, in a few words."""


class HouseForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new house as far as it is typed."""

    profiles: tuple[ProfileWords, ...]
    """The kinds of meter that it may have."""
    others: tuple[str, ...]
    """The ids of the houses that are there."""
    typed: dict[str, str] = {}
    """What was typed, by the fields' names, in their order."""
    former: dict[str, str] = {}
    """What stood there before, when it is typed again."""
    glimpse: Glimpse | None = None
    """What is seen of its meter; None while it is not looked at."""

    @property
    def kind(self) -> ProfileWords | None:
        """The chosen kind of meter; None where it is looked for, or is no kind of a list."""
        wanted = self.typed.get("profile", "")
        return next((one for one in self.profiles if one.name == wanted), None)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All that is asked, in order; the kind of meter says what it needs."""
        first = (
            Field("id", "its id, such as house7; never changed again"),
            Field("name", "what screens call it; empty for its id"),
            Field("profile", "its meter's profile; empty: found by asking; file: from files"),
        )
        last = Field("wallet", "its address; empty: kept for it")
        now = Field(_DIRECTION, "what the house does: taking or giving; empty where not known")
        asks = self.is_torn or _DIRECTION in self.typed
        return (*first, *self._of_meter(), last, *([now] if asks else []))

    def _of_meter(self) -> Iterator[Field]:
        if self.typed.get("profile") in (SIMULATED, FILE):
            return
        yield Field("url", "where its meter answers, such as http://192.168.1.20")
        yield Field("secret", "where its meter's secret is, file:PATH or env:NAME; empty without")
        if self.typed.get("url", "").startswith(_WITH_CERTIFICATE):
            yield Field("tls", "sha256:... of its certificate, or its authority's file and name")
        kind = self.kind
        for name in kind.params if kind else ():
            yield Field(name, f"{name}, which {kind.name if kind else ''} asks of each house")
        for name in kind.params_optional if kind else ():
            yield Field(name, f"{name}; empty where it has none")

    @property
    def asked(self) -> Field | None:
        """The field that is typed next; None once all are."""
        return next((one for one in self.fields if one.name not in self.typed), None)

    @property
    def probes(self) -> bool:
        """Whether all is typed that its meter needs to be asked."""
        named = all(field.name in self.typed for field in self._of_meter())
        return "profile" in self.typed and named and bool(self.typed.get("url"))

    @property
    def is_torn(self) -> bool:
        """Whether what the house does now would tell what is wrong with its meter."""
        verdict = self.glimpse.verdict if self.glimpse else None
        return verdict is not None and verdict.torn

    @property
    def is_whole(self) -> bool:
        """Whether all is typed that is written."""
        return self.asked is None or self.asked.name == _DIRECTION

    @property
    def seen(self) -> Glimpse | None:
        """What is seen of its meter, by what is said of the house; None as `glimpse`."""
        glimpse, said = self.glimpse, self.typed.get(_DIRECTION)
        if glimpse is None:
            return None
        glimpse = glimpse.judged(taking=said == _TAKING if said else None)
        verdict = glimpse.verdict
        if verdict is None or not verdict.torn or said is not None:
            return glimpse
        # a form has no options to name: it asks by itself
        faults = tuple(msgspec.structs.replace(one, advice=_ASKED) for one in verdict.faults)
        verdict = msgspec.structs.replace(verdict, faults=faults)
        return msgspec.structs.replace(glimpse, verdict=verdict)

    @property
    def house(self) -> NewHouse:
        """The house as it is typed, its profile as it was found where none is named."""
        kind, typed = self.kind, self.typed
        names = (*kind.params, *kind.params_optional) if kind else ()
        found = self.glimpse.profile if self.glimpse else ""
        return NewHouse(
            id=typed.get("id", ""),
            name=typed.get("name", ""),
            profile=typed.get("profile", "") or found,
            url=typed.get("url", ""),
            secret=typed.get("secret", ""),
            tls=_believed(typed.get("tls", "")),
            params={name: typed[name] for name in names if typed.get(name)},
            wallet=typed.get("wallet", ""),
        )

    def usual(self) -> str:
        """Return what stands in the asked field at first."""
        return self.former.get(self.asked.name, "") if self.asked else ""

    def taken(self, text: str) -> HouseForm:
        """Return the form with the asked field typed.

        Raises:
            ValueError: it cannot be; the text says why.
        """
        field = self.asked
        if field is None:
            return self
        if field.name == "url" and "://" not in text:
            text = f"http://{text}" if text else ""
        if field.name == _DIRECTION and text:
            ways = (way for way in (_TAKING, _GIVING) if way.startswith(text.lower()))
            text = next(ways, text)
        self._check(field.name, text)
        return msgspec.structs.replace(self, typed={**self.typed, field.name: text})

    def again(self) -> HouseForm:
        """Return the form to be typed once more, with what stands there."""
        former = {name: text for name, text in self.typed.items() if name != _DIRECTION}
        return msgspec.structs.replace(self, typed={}, former=former, glimpse=None)

    def _check(self, name: str, text: str) -> None:
        kind = self.kind
        if name == "id" and not ID.match(text):
            raise ValueError("An id is 1 to 32 letters, digits, - and _; it begins with one of the "
                             "first two.")  # fmt: skip
        if name == "id" and text.casefold() in [other.casefold() for other in self.others]:
            raise ValueError(f"{text} is a house already.")
        if name == "profile" and text == _GENERIC:
            raise ValueError("A meter without a profile is described in a shell: "
                             "mosaic houses add NAME --profile generic")  # fmt: skip
        if name == "profile" and text not in (
            "",
            SIMULATED,
            FILE,
            *(one.name for one in self.profiles),
        ):
            raise ValueError(f"There is no profile {text}. {offered(self.profiles, text[:1])}")
        if name == "url" and not text:
            raise ValueError("Its meter needs an address.")
        if name == "secret" and text and not text.startswith(REFERENCES):
            raise ValueError(NO_REFERENCE)
        if name == _DIRECTION and text not in ("", _TAKING, _GIVING):
            raise ValueError(_NOT_SAID)
        if kind is not None and name in kind.params and not text:
            raise ValueError(f"{kind.name} needs its {name}.")


def _believed(text: str) -> dict[str, str]:
    """By what a certificate is believed, as the file has it; the usual authorities for nothing."""
    if not text:
        return {}
    if text.lower().startswith(_PIN):
        return {"pin": text}
    file, _, name = text.partition(" ")
    return {"ca": file, "name": name.strip()} if name.strip() else {"ca": file}


def offered(profiles: tuple[ProfileWords, ...], begun: str) -> str:
    """Return the kinds of meter that letters may mean, those that nothing proves marked.

    Args:
        profiles: all of them.
        begun: the letters.
    """
    near = [one for one in profiles if one.name.startswith(begun)]
    near = near or [one for one in profiles if begun in one.name] or list(profiles)
    names = [one.name + ("" if one.verified else " (unverified)") for one in near[:_OFFERED]]
    more = len(near) - len(names)
    return f"{', '.join(names)}{f' and {more} more' if more > 0 else ''}"


def draw_house(form: HouseForm, cells: int, look: Look) -> list[Line]:
    """Draw the fields with what is typed, then the meter as it is seen.

    Args:
        form: the house.
        cells: the width.
        look: how to draw it.
    """
    ink, glyphs = look.ink, look.glyphs
    asked = form.asked
    lines = [Row().add(" Settings", ink.strong).add("   a new house").segments, []]
    for field in form.fields:
        mark = glyphs.chosen if field == asked else " "
        row = Row().add(f" {mark}", ink.accent).to(3).add(field.name, ink.dim).to(_VALUE)
        room = max(4, cells - _VALUE - 1)
        if field.name in form.typed:
            text, shown = _value(form, field.name), ink.text
            if not text:
                text, shown = glyphs.dash, ink.dim
            lines.append(row.add(cut(text, room, glyphs.more), shown).segments)
        else:
            lines.append(row.add(cut(field.help, room, glyphs.more), ink.dim).segments)
    if (seen := form.seen) is not None:
        lines += [[], *draw_glimpse(seen, cells, look)]
    return [*lines, []]


def _value(form: HouseForm, name: str) -> str:
    """What stands in a field; a profile that was found, or that nothing proves, says so."""
    text = form.typed[name]
    if name != "profile":
        return text
    if not text and form.glimpse is not None and form.glimpse.profile:
        text = f"{form.glimpse.profile}, found by asking"
    kind = next((one for one in form.profiles if one.name == text.split(",")[0]), None)
    return text if kind is None or kind.verified else f"{text} (unverified)"
