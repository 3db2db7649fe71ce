"""The changing routes: what config.toml says, and another thing for it to say."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.engine.serving.routes.wire import actor_of, body_of, json
from console.errors import Refused
from console.model.change import ConfigChange, ConfigChanged, Configuration
from console.model.comparison import Comparison


class Writer(Protocol):
    """Who writes config.toml."""

    async def configuration(self) -> Configuration:
        """Return what the file says, for a form."""

    async def change(self, change: ConfigChange, actor: str) -> ConfigChanged:
        """Show or make a change."""

    async def compare(self, change: ConfigChange) -> Comparison:
        """Return what is in force beside a change, on the last days."""


def changing(writer: Writer | None) -> list[Route]:
    """Return the routes of an operator's configuration."""

    def found() -> Writer:
        if writer is None:
            raise Refused("a demo has no configuration file; nothing of it can be changed.")
        return writer

    async def show(_request: Request) -> Response:
        return json(await found().configuration())

    async def change(request: Request) -> Response:
        return json(await found().change(await body_of(request, ConfigChange), actor_of(request)))

    async def compare(request: Request) -> Response:
        return json(await found().compare(await body_of(request, ConfigChange)))

    return [
        Route("/config", show),
        Route("/config", change, methods=["POST"]),
        Route("/config/comparison", compare, methods=["POST"]),
    ]
