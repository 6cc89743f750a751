"""Reading the catalogue. `tools.visible_to` is the only door to tools."""
