"""The catalogue room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the room and who tells the search index about changes."""

    name = "catalogue"

    def ready(self) -> None:
        """Connect the outbox to the index."""
        from catalogue import tasks  # noqa: PLC0415 - models exist only now

        tasks.register_deliveries()
