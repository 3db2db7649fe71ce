"""All that the console knows of the engine."""

from console.client.client import Client
from console.client.connection import HEARTBEATS_MISSED
from console.client.engine import Engine
from console.client.offline import offline

__all__ = ["HEARTBEATS_MISSED", "Client", "Engine", "offline"]
