"""The one place where the community is read."""
