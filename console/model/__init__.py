"""The words of the business: frozen values without behaviour beyond arithmetic."""
