import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.cli.checking.verify import verification_lines
from console.ledger.tally import Tally
from console.model.finding import Finding, Kind

READING = Finding(
    kind=Kind.READING,
    interval="2026-06-21T10:15Z",
    house="p1",
    what="export_end_wh",
    expected="2000",
    found="2001",
    text="2026-06-21T10:15Z: p1's export register at its end is 2001 Wh, was 2000 Wh",
)
AUDIT = Finding(kind=Kind.AUDIT, what="7", text="audit record 7 does not follow\x1b[2J")
NOTE = Finding(kind=Kind.NOTE, text="2026-06-21T10:00Z: taken from the chain, plan unknown")


def test_without_a_difference_it_is_one_line() -> None:
    [line] = verification_lines(Tally().result)
    assert line.startswith("0 intervals: readings 0 Wh")
    assert line.endswith("store 0, chain 0, bills 0")


def test_each_finding_is_a_row_with_both_values() -> None:
    tally = Tally()
    tally.note(NOTE)
    tally.find("values", 1, READING)
    tally.find("audit", 1, AUDIT)
    first, title, reading, audit, touched, *sentences = verification_lines(tally.result)
    assert "values 1, audit 1" in first
    assert title.split() == ["kind", "interval", "house", "what", "was", "to", "be", "is"]
    assert reading.split() == ["reading", READING.interval, "p1", "export_end_wh", "2000", "2001"]
    assert audit.split() == ["audit", "--", "--", "7", "--", "--"]
    assert touched == "2 findings: 1 interval, 1 house"
    assert sentences == ["audit record 7 does not follow\ufffd[2J", NOTE.text]


def test_what_the_table_would_cut_is_told_in_a_sentence() -> None:
    tally = Tally()
    long = Finding(kind=Kind.PLAN, what="keys", expected="a" * 60, found="b", text="all of it")
    tally.find("values", 1, long)
    lines = [*verification_lines(tally.result)]
    assert "a" * 60 in lines[2]
    assert lines[-1] == "1 finding: 0 intervals, 0 houses"
    narrow = [*verification_lines(tally.result, 80)]
    assert "aa.." in narrow[2]
    assert narrow[-1] == "all of it"


words = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=90)
findings = st.builds(
    Finding,
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.NOTE]),
    interval=st.sampled_from(["", READING.interval]),
    house=words,
    what=words,
    expected=words,
    found=words,
    text=st.just(""),
)


@given(st.lists(findings, min_size=1, max_size=4), st.sampled_from([80, 100, 120]))
def test_the_table_fits_its_room_and_cuts_nothing_that_is_told_nowhere(
    named: list[Finding], room: int
) -> None:
    tally = Tally()
    for number, one in enumerate(named):
        tally.find("values", 1, msgspec.structs.replace(one, text=f"sentence {number}"))
    _, title, *rows = verification_lines(tally.result, room)
    table = rows[: len(named)]
    assert max(len(line) for line in (title, *table)) <= room
    for number, (one, line) in enumerate(zip(named, table, strict=True)):
        cells = [one.interval, one.house, one.what, one.expected, one.found]
        assert all((cell or "--") in line for cell in cells) or f"sentence {number}" in rows
