"""SunSpec meters over Modbus TCP: the map of models, the wire, and what asks over it."""
