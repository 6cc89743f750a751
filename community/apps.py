"""The community room."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Registers the room, its letters and what its worker does."""

    name = "community"

    def ready(self) -> None:
        """Connect the outbox to the letters, and the worker to what time brings."""
        from community import tasks  # noqa: PLC0415 - models exist only now

        tasks.register_letters()
