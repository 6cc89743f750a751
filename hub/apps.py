"""The roof: what composes the rooms."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Registers the roof."""

    name = "hub"

    def ready(self) -> None:
        """Put the door in its frame: its checks, its hook, its receivers; add the roof's own checks."""
        import hub.checks  # noqa: F401, PLC0415 - models must be loaded first
        from hub.door import checks, pages, receivers  # noqa: F401, PLC0415 - models must be loaded first

        receivers.connect()
