"""The settings' screen: the forms, and what a change would have meant."""
