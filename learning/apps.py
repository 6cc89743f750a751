"""The learning room."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Registers the room."""

    name = "learning"
