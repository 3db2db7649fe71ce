from console.cli.verify import verification_lines
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
    assert touched == "2 findings: 1 intervals, 1 houses"
    assert sentences == ["audit record 7 does not follow\ufffd[2J", NOTE.text]


def test_what_the_table_would_cut_is_told_in_a_sentence() -> None:
    tally = Tally()
    long = Finding(kind=Kind.PLAN, what="keys", expected="a" * 60, found="b", text="all of it")
    tally.find("values", 1, long)
    lines = [*verification_lines(tally.result)]
    assert "a" * 22 + ".." in lines[2]
    assert lines[-1] == "all of it"
