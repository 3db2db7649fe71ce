"""The doctor: is everything in reach?"""

from __future__ import annotations

import os
from pathlib import Path

import typer

from console.cli.checking import checks
from console.cli.checking.checks import Finding
from console.cli.checking.versions import check_versions
from console.cli.meters.checks import check_meters
from console.cli.options import ConfigFile, settings_of
from console.cli.surroundings import command
from console.config import find
from console.errors import ConfigError
from console.safe_text import safe_text
from console.settings import Settings


def doctor(context: typer.Context, config: ConfigFile = None) -> int:
    """Check the configuration, the store, the key, the engine and every meter."""
    findings = checks.check_programs()
    try:
        settings = settings_of(context, config)
    except ConfigError as error:
        findings.append(Finding(good=False, what="configuration", text=error.paragraph))
        _print(
            findings,
            "correct the file, then: mosaic doctor"
            if _is_there(context, config)
            else "mosaic init; or, to look around first, mosaic demo",
        )
        return error.exit_status
    findings += checks.check_configuration(settings)
    findings += checks.check_data(settings)
    findings += check_versions(settings)
    findings += checks.check_key(settings)
    findings += checks.check_account(settings)
    engine = checks.check_engine(settings)
    findings += [engine, *check_meters(settings)]
    _print(findings, _next(findings, settings, engine))
    return 0 if all(finding.good for finding in findings) else 1


def _next(findings: list[Finding], settings: Settings, engine: Finding) -> str:
    """Return the one command that brings this community on."""
    source = settings.source
    if not settings.members:
        return command("houses add NAME", source)
    if engine.text.startswith(checks.LOCKED):
        return command("unlock", source)
    missing = [finding for finding in findings if not finding.good]
    if not os.path.lexists(settings.key_file) and len(missing) == 1:
        return command("run", source)
    if missing:
        return f"put right what is marked with !, then: {command('doctor', source)}"
    return command("run" if engine.text == checks.NOT_RUNNING else "status", source)


def _is_there(context: typer.Context, config: Path | None) -> bool:
    """Return whether there is a configuration at all, however wrong."""
    try:
        find(config or (context.obj if isinstance(context.obj, Path) else None))
    except ConfigError:
        return False
    return True


def _print(findings: list[Finding], following: str) -> None:
    for finding in findings:
        mark = "!" if not finding.good else "?" if finding.doubt else " "
        first, *rest = (safe_text(line, 400) for line in finding.text.split("\n"))
        typer.echo(f"{mark} {finding.what:<14} {first}")
        for line in rest:
            typer.echo(f"  {'':<14} {line}")
    typer.echo(f"\nNext: {following}")
