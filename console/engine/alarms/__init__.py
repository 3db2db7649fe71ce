"""The alarms: what asks for an action, from its coming to its end."""
