"""A street that does not exist: sun, roofs and households, the same for the same seed."""

from console.meters.simulated.street import SimulatedStreet, demo_street
from console.meters.simulated.transport import StreetTransport, answer_of, simulated_meters

__all__ = ["SimulatedStreet", "StreetTransport", "answer_of", "demo_street", "simulated_meters"]
