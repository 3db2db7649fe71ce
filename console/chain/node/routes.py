"""The routes: Symbol's REST API of the embedded node as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from console.chain.node.asking import error_answer
from console.chain.node.network_routes import NetworkRoutes
from console.chain.node.state_routes import StateRoutes
from console.chain.node.transaction_routes import TransactionRoutes
from console.errors import StoreError

if TYPE_CHECKING:
    from console.chain.node.node import EmbeddedNode


def application(node: EmbeddedNode) -> Starlette:
    """Return the application that answers for a node."""
    parts = (TransactionRoutes(node), StateRoutes(node), NetworkRoutes(node))
    return Starlette(
        routes=[route for part in parts for route in part.routes],
        exception_handlers=dict.fromkeys((HTTPException, StoreError, apsw.Error), error_answer),
    )
