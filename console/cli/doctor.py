"""The doctor: is everything in reach?"""

from __future__ import annotations

import typer

from console.cli import checks
from console.cli.checks import Finding
from console.cli.options import ConfigFile, settings_of
from console.cli.versions import check_versions
from console.errors import ConfigError
from console.safe_text import safe_text


def doctor(context: typer.Context, config: ConfigFile = None) -> int:
    """Check the configuration, the store, the key, the engine and every meter."""
    findings = checks.check_programs()
    try:
        settings = settings_of(context, config)
    except ConfigError as error:
        findings.append(Finding(good=False, what="configuration", text=error.paragraph))
        _print(findings, "mosaic demo needs no configuration; mosaic alone shows how to write one")
        return error.exit_status
    findings += checks.check_configuration(settings)
    findings += checks.check_data(settings)
    findings += check_versions(settings)
    findings += checks.check_key(settings)
    engine = checks.check_engine(settings)
    findings += [engine, *checks.check_meters(settings)]
    missing = [finding for finding in findings if not finding.good]
    if missing:
        _print(findings, "put right what is marked with !, then: mosaic doctor")
        return 1
    _print(findings, "mosaic run" if not engine.text.startswith("answers") else "mosaic status")
    return 0


def _print(findings: list[Finding], following: str) -> None:
    for finding in findings:
        mark = " " if finding.good else "!"
        first, *rest = (safe_text(line, 400) for line in finding.text.split("\n"))
        typer.echo(f"{mark} {finding.what:<14} {first}")
        for line in rest:
            typer.echo(f"  {'':<14} {line}")
    typer.echo(f"\nNext: {following}")
