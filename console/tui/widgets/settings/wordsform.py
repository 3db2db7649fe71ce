"""The words' form: another name and another reference for a house that is there."""

from __future__ import annotations

import msgspec

from console.model.change import HouseWords
from console.tui.widgets.settings.houseform import NO_REFERENCE, REFERENCES, Field

_FIELDS = (
    Field("id", "the house's id, such as house7"),
    Field("name", "what screens call it; empty for its id"),
    Field("secret", "where its meter's secret is, file:PATH or env:NAME; empty without"),
)


class WordsForm(msgspec.Struct, frozen=True, kw_only=True):
    """A house's words as far as they are typed."""

    known: tuple[HouseWords, ...]
    """What the file says of each house."""
    typed: dict[str, str] = {}
    """What was typed, by the fields' names."""

    @property
    def asked(self) -> Field | None:
        """The field that is typed next; None once all are."""
        return next((one for one in _FIELDS if one.name not in self.typed), None)

    @property
    def present(self) -> HouseWords | None:
        """What the file says of the house; None before it is named."""
        wanted = self.typed.get("id", "")
        return next((words for words in self.known if words.id == wanted), None)

    @property
    def words(self) -> HouseWords | None:
        """The new words; None where they are the present ones."""
        words = HouseWords(**self.typed)
        return None if words == self.present else words

    def usual(self) -> str:
        """Return what stands in the asked field at first."""
        present, field = self.present, self.asked
        return "" if present is None or field is None else str(getattr(present, field.name))

    def taken(self, text: str) -> WordsForm:
        """Return the form with the asked field typed.

        Raises:
            ValueError: it cannot be; the text says why.
        """
        name = self.asked.name if self.asked else ""
        if name == "id" and text not in [words.id for words in self.known]:
            raise ValueError(f"There is no house {text}.")
        if name == "secret" and text and not text.startswith(REFERENCES):
            raise ValueError(NO_REFERENCE)
        return msgspec.structs.replace(self, typed={**self.typed, name: text})
