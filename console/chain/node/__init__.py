"""The embedded node: a single-authority Symbol node in SQLite that speaks Symbol's REST API."""

from console.chain.node.check import BlockCheck, check_blocks
from console.chain.node.node import EmbeddedNode

__all__ = ["BlockCheck", "EmbeddedNode", "check_blocks"]
