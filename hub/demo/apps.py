"""The demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Registers the demonstration. hub.door.checks refuses it without demo settings."""

    name = "hub.demo"
    label = "demo"
