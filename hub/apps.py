"""The roof: what composes the rooms."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Registers the roof."""

    name = "hub"
