"""What the tests of the floor share."""

from tests.factories.databases import committed

__all__ = ["committed"]
