"""The floor: everything that the rooms share."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the floor under the label `core`."""

    name = "hub.core"
    label = "core"
    verbose_name = "Core"
