"""The community room."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Registers the room."""

    name = "community"
