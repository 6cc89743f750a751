"""The roof: what composes the rooms."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.core.management import call_command


class HubConfig(AppConfig):
    """Registers the roof."""

    name = "hub"

    def ready(self) -> None:
        """Put the door in its frame: its checks, its hook, its receivers; add the roof's own checks."""
        import hub.checks  # noqa: F401, PLC0415 - models must be loaded first
        from hub.door import checks, letters, pages, receivers  # noqa: F401, PLC0415 - models must be loaded first

        receivers.connect()
        letters.register_letters()
        self._register_duties()

    def _register_duties(self) -> None:
        """Let the worker publish and withdraw pages at the hour that an editor has set, and delete sessions that ended."""
        from hub.core import worker  # noqa: PLC0415 - models must be loaded first
        from hub.core.sessions import SessionStore  # noqa: PLC0415 - the same

        worker.register_duty(
            worker.Duty("scheduled pages", timedelta(minutes=5), lambda: call_command("publish_scheduled"))
        )
        worker.register_duty(worker.Duty("ended sessions", timedelta(hours=1), SessionStore.clear_expired))
