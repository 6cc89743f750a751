"""The account page of the editors' desk: how the desk looks, and which mails it sends. Everything else has one place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, NotificationsSettingsPanel, ThemeSettingsPanel
from wagtail.users.models import UserProfile


class DeskAccountView(AccountView):
    """Wagtail's page without name, address, password, language and picture.

    These belong to the account of the hub; a picture would be an upload.
    """

    page_title = _("Settings of this desk")

    def get_panels(self) -> list[Any]:
        """Return what is left."""
        profile = UserProfile.get_for_user(self.request.user)
        panels = [
            panel(self.request, self.request.user, profile)
            for panel in (ThemeSettingsPanel, NotificationsSettingsPanel)
        ]
        return [panel for panel in panels if panel.is_active()]


desk_account = require_admin_access(DeskAccountView.as_view())
