"""The one place where the community's state changes."""
