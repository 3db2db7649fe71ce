"""The houses' part: listed, and added with meter and wallet."""
