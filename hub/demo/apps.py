"""The demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers the demonstration."""

    name = "hub.demo"
    label = "demo"
