from __future__ import annotations

from html.parser import HTMLParser

from console.ledger.bill_page import page
from tests.ledger.bill_data import BILLS, BUYER


class Seen(HTMLParser):
    """The tags and texts of a page; refuses what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def test_each_house_has_its_page_and_nothing_is_loaded() -> None:
    text = page(BILLS, BILLS.bills)
    found = seen(text)
    assert found.tags.count("article") == 2
    assert not {"script", "img", "link", "iframe"} & set(found.tags)
    assert "http" not in text
    assert "to pay" in found.texts
    assert "0.80 EUR" in found.texts
    assert "3 intervals rest on substitutes for what was not measured." in found.texts


def test_what_a_household_calls_itself_is_text() -> None:
    found = seen(page(BILLS, (BUYER,)))
    assert "=Meier & <Sons> (test3)" in found.texts
    assert "sons" not in found.tags


def test_the_plot_has_a_bar_for_each_day_and_kind() -> None:
    found = seen(page(BILLS, (BUYER,)))
    assert found.tags.count("rect") == 4
    assert any("highest bar is 3.000 kWh" in text for text in found.texts)
