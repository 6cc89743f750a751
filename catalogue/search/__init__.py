"""Finding tools."""
