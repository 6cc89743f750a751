"""Closed lists that the floor owns."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MembershipState(models.TextChoices):
    """Where somebody stands on the way through the verified door."""

    NONE = "none", _("No membership")
    APPLICANT = "applicant", _("Applicant")
    MEMBER = "member", _("Member")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Expired")


class Role(models.TextChoices):
    """What a member may do beyond reading. Rights are in docs and in `hub.core.access`."""

    TRAINER = "trainer", _("Trainer")
    EDITOR = "editor", _("Editor")
    TRANSLATOR = "translator", _("Translator")
    VETTER = "vetter", _("Vetter")
    ADMINISTRATOR = "administrator", _("Administrator")


class Theme(models.TextChoices):
    """Which colours a member sees; the default follows the machine."""

    SYSTEM = "", _("As my computer says")
    LIGHT = "light", pgettext_lazy("colours", "Light")
    DARK = "dark", pgettext_lazy("colours", "Dark")


class TextOrigin(models.TextChoices):
    """Where a translated text comes from."""

    SOURCE = "source", _("Source text")
    MACHINE = "machine", _("Machine draft")
    REVIEWED = "reviewed", _("Reviewed by a person")
