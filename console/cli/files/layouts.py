"""The layouts: the options that say how a file's columns are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

_COLUMN = "COL"
_PANEL = "Tables of intervals"

Start = Annotated[
    str,
    typer.Option(
        metavar=_COLUMN,
        help="Where a row begins; a name, #3, or several: Date+Time.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
End = Annotated[
    str,
    typer.Option(
        metavar=_COLUMN, help="Where it ends.", show_default=False, rich_help_panel=_PANEL
    ),
]
Import = Annotated[
    str,
    typer.Option(
        "--import",
        metavar=_COLUMN,
        help="What was taken; none where nothing is.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Export = Annotated[
    str,
    typer.Option(
        "--export",
        metavar=_COLUMN,
        help="What was given; none where nothing is.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Given = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="A file of what was given alone; each FILE then tells what was taken.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Energy = Annotated[
    str,
    typer.Option(
        metavar=_COLUMN,
        help="Both in one column, told apart by --direction, or by --given.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Direction = Annotated[
    str,
    typer.Option(
        metavar=_COLUMN,
        help="Which of both; its words are named by --word.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
HouseColumn = Annotated[
    str,
    typer.Option(
        "--house-column",
        metavar=_COLUMN,
        help="Whose it is; its names are ids, or named by --house.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
QualityColumn = Annotated[
    str,
    typer.Option(
        metavar=_COLUMN,
        help="How it came to be; its words are named by --word.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Word = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD=MEANING",
        help="import, export, measured, estimated, substituted or none.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Unit = Annotated[
    str,
    typer.Option(
        metavar="UNIT",
        help="Wh, kWh or MWh; W or kW for mean power.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Zone = Annotated[
    str,
    typer.Option(
        metavar="ZONE",
        help="Of times without an offset, such as Europe/Helsinki.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Dates = Annotated[
    Literal["ymd", "dmy", "mdy", "unix"],
    typer.Option(help="The order of a date; unix is seconds since 1970.", rich_help_panel=_PANEL),
]
Decimal = Annotated[
    Literal["point", "comma"],
    typer.Option(help="What stands before decimals.", rich_help_panel=_PANEL),
]
Repeated = Annotated[
    Literal["refuse", "order"],
    typer.Option(
        "--repeated-hour",
        help="The hour that comes twice when clocks go back: refused, or the first is the earlier.",
        rich_help_panel=_PANEL,
    ),
]
