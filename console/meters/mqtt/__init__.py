"""MQTT: meters that push their values through a broker, listened to on one connection each."""
