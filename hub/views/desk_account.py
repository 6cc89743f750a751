"""The account page of the editors' desk: how the desk looks. Everything else about an account has its own place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, ThemeSettingsPanel
from wagtail.users.models import UserProfile


class DeskAccountView(AccountView):
    """Wagtail's page without name, address, password, language, picture and mails.

    Most belong to the account of the hub; a picture would be an upload, and the desk sends no mails.
    """

    page_title = _("Settings of this desk")

    def get_panels(self) -> list[Any]:
        """Return what is left."""
        profile = UserProfile.get_for_user(self.request.user)
        return [ThemeSettingsPanel(self.request, self.request.user, profile)]


desk_account = require_admin_access(DeskAccountView.as_view())
