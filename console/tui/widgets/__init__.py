"""What the screens are made of: pure strip makers, and few widgets that hold them."""
