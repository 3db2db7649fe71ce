"""The settling's part: intervals settled or accepted, rules and prices compared."""
