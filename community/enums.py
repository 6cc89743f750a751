"""Closed lists of the community."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuspensionReason(models.TextChoices):
    """Why somebody was suspended. A code, because the record outlives the people in it."""

    COMPROMISED = "compromised", _("The account may be in other hands")
    LEFT_AGENCY = "left-agency", _("The person has left the agency")
    RULES = "rules", _("The rules were broken")
    INQUIRY = "inquiry", _("An inquiry is going on")
    OTHER = "other", _("Another reason")
