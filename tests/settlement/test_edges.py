"""Registers at an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from console.model.reading import Quality, Reading
from console.settlement.edges import Edge, Unknown, edge_at, worse
from console.settlement.registers import since_1970, steady

Line = Callable[..., list[Reading]]

CLOSE_MS = 20_000


def edge(readings: list[Reading], seconds: float) -> Edge | Unknown:
    ms = since_1970(readings[0].time + timedelta(seconds=seconds))
    return edge_at(steady(readings), ms, CLOSE_MS)


def test_an_edge_between_close_readings_is_interpolated_and_cut(line: Line) -> None:
    # 10:14:50 1000, 10:15:10 1002 -> 1001 at 10:15:00
    readings = line((890, 1000, 0), (910, 1002, 5))
    assert edge(readings, 10) == Edge(1001, 2, Quality.MEASURED)


def test_a_reading_at_the_edge_needs_no_neighbour(line: Line) -> None:
    assert edge(line((0, 7, 8)), 0) == Edge(7, 8, Quality.MEASURED)


def test_readings_further_apart_leave_the_edge_unknown(line: Line) -> None:
    readings = line((0, 1, 0), (1200, 9, 0))
    assert edge(readings, 600) == Unknown("no reading from 10:00Z to 10:20Z")


def test_an_edge_outside_the_readings_is_unknown(line: Line) -> None:
    readings = line((120, 1, 0), (130, 2, 0))
    assert edge(readings, -60) == Unknown("no reading before 10:02Z")
    assert edge(readings, 60) == Unknown("no reading since 10:02Z")


def test_a_held_value_is_the_reason_where_there_is_one(line: Line) -> None:
    readings = line((0, 5000, 0), (10, 0, 0), (20, 3, 0))
    assert edge(readings, 15) == Unknown("import fell from 5000 to 0 Wh at 10:00Z")


def test_an_edge_over_a_dip_uses_the_good_values_around_it(line: Line) -> None:
    assert edge(line((0, 5000, 0), (10, 0, 0), (20, 5004, 0)), 10) == Edge(
        5002, 0, Quality.MEASURED
    )


def test_the_worse_quality_of_the_readings_around_counts(line: Line) -> None:
    readings = line((0, 0, 0), (10, 2, 0), qualities={10: Quality.ESTIMATED})
    assert edge(readings, 5) == Edge(1, 0, Quality.ESTIMATED)
    assert edge(readings, 0) == Edge(0, 0, Quality.MEASURED)


def test_a_register_after_an_unknown_stretch_was_measured(line: Line) -> None:
    readings = line((0, 0, 0), (10, 2, 0), qualities={0: Quality.MISSING})
    assert edge(readings, 0) == Edge(0, 0, Quality.MEASURED)


def test_worse_follows_the_order_of_the_qualities() -> None:
    assert worse(Quality.MANUAL, Quality.ESTIMATED) is Quality.MANUAL
    assert worse(Quality.MEASURED, Quality.ESTIMATED) is Quality.ESTIMATED
