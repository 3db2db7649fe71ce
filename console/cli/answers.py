"""The answers: what a typed answer may be, as the configuration takes it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from console.config import values
from console.config.values import Wrong, shown
from console.safe_text import safe_text
from console.settings import Settings


def name(text: str) -> str:
    """Take a name: some text without anything that a terminal could obey."""
    if not text or values.text(text) != safe_text(text):
        raise Wrong(f"must be a name of plain text, not {shown(text)}")
    return text


def currency(text: str) -> str:
    """Take a currency's code, in small letters too."""
    return values.currency(text.upper())


def price(text: str) -> str:
    """Take a price per kWh, with a point or a comma, as the file writes it."""
    plain = text.replace(",", ".")
    values.price(plain)
    return str(Decimal(plain))


def price_or_none(text: str) -> str:
    """Take a price per kWh, or nothing."""
    return price(text) if text else ""


def degrees(most: int) -> Callable[[str], str]:
    """Return what takes degrees from `-most` to `most`, or nothing, as the file writes them."""

    def take(text: str) -> str:
        if not text:
            return ""
        try:
            exact = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise Wrong(f"must be degrees such as 60.2, not {shown(text)}") from None
        values.number(-most, most)(exact)
        return f"{exact:f}"

    return take


def folder(beside: Path) -> Callable[[str], str]:
    """Return what takes a folder's path, relative to `beside`, or nothing for the usual one."""

    def take(text: str) -> str:
        if text and values.place(beside)(text).is_file():
            raise Wrong(f"must be a folder, not the file {shown(text)}")
        return text

    return take


def house_id(text: str, settings: Settings) -> str:
    """Take an id that no house of a community has, in any case of letters or as its mosaic.

    Raises:
        Wrong: it cannot be one, or clashes.
    """
    from console.chain.codec import house_nonce

    chosen = values.identifier(text)
    community = settings.community.id
    for house in settings.houses:
        if house.id.casefold() == chosen.casefold():
            raise Wrong(f"{shown(chosen)} is taken: there is {house.id} already")
        if house_nonce(community, house.id) == house_nonce(community, chosen):
            raise Wrong(f"{shown(chosen)} would share its mosaic with {house.id}; choose another")
    return chosen
