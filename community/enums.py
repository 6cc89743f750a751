"""Closed lists of the community."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SuspensionReason(models.TextChoices):
    """Why somebody was suspended. A code, because the record outlives the people in it."""

    COMPROMISED = "compromised", _("The account may be in other hands")
    LEFT_AGENCY = "left-agency", _("The person has left the agency")
    RULES = "rules", _("The rules were broken")
    INQUIRY = "inquiry", _("An inquiry is going on")
    OTHER = "other", _("Another reason")


class AgencyKind(models.TextChoices):
    """What an agency is."""

    POLICE = "police", _("Police")
    PROSECUTION = "prosecution", _("Prosecution")
    FORENSIC = "forensic", _("Forensic laboratory")
    BORDER = "border", _("Border guard or customs")
    MILITARY_POLICE = "military-police", _("Military police")
    INTERNATIONAL = "international", _("International organisation")
    OTHER = "other", pgettext_lazy("kind of agency", "Other public authority")


class JobRole(models.TextChoices):
    """What an applicant does in the agency."""

    INVESTIGATOR = "investigator", pgettext_lazy("job", "Investigator")
    FORENSIC = "forensic", pgettext_lazy("job", "Forensic expert")
    ANALYST = "analyst", pgettext_lazy("job", "Analyst")
    PROSECUTOR = "prosecutor", pgettext_lazy("job", "Prosecutor")
    PROCUREMENT = "procurement", pgettext_lazy("job", "Procurement officer")
    TRAINER = "trainer", pgettext_lazy("job", "Trainer")
    MANAGER = "manager", pgettext_lazy("job", "Head of a unit")
    OTHER = "other", pgettext_lazy("job", "Other")


class Gender(models.TextChoices):
    """What applicants may say of themselves, for figures about many of them only."""

    WOMAN = "woman", pgettext_lazy("gender", "Woman")
    MAN = "man", pgettext_lazy("gender", "Man")
    ANOTHER = "another", pgettext_lazy("gender", "Another")


class RoleStep(models.TextChoices):
    """What is to happen with a role."""

    GRANT = "grant", pgettext_lazy("role", "Give")
    WITHDRAW = "withdraw", pgettext_lazy("role", "Take")


class ApplicationState(models.TextChoices):
    """Where an application stands. `community.rules.STEPS` says what may follow what."""

    STARTED = "started", pgettext_lazy("application", "Begun")
    ADDRESS_CONFIRMED = "address-confirmed", pgettext_lazy("application", "E-mail address confirmed")
    SUBMITTED = "submitted", pgettext_lazy("application", "Waiting for a vetter")
    IN_REVIEW = "in-review", pgettext_lazy("application", "Being checked")
    MORE_WANTED = "more-wanted", pgettext_lazy("application", "More was asked for")
    AGREED = "agreed", pgettext_lazy("application", "Agreed, objections are possible")
    APPROVED = "approved", pgettext_lazy("application", "Approved")
    REFUSED = "refused", pgettext_lazy("application", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class EvidenceClass(models.TextChoices):
    """The ways in which it can be shown that an applicant is who they say. Two different ones are needed."""

    DOMAIN = "domain", _("Mail to a listed agency domain")
    CALL_BACK = "call-back", _("Call-back to a number found independently")
    SPONSOR = "sponsor", _("Sponsor from another agency")
    FOCAL_POINT = "focal-point", _("National focal point")
    DOCUMENT = "document", _("Document, last resort")


class Choice(models.TextChoices):
    """What a vetter may decide."""

    APPROVE = "approve", pgettext_lazy("decision", "Approve")
    ASK = "ask", pgettext_lazy("decision", "Ask for more")
    REFUSE = "refuse", pgettext_lazy("decision", "Refuse")


class Reason(models.TextChoices):
    """Why, in general words that tell a real applicant no more than an impostor."""

    CONFIRMED = "confirmed", _("The person and the agency are confirmed")
    UNREACHABLE = "unreachable", _("We could not reach your unit by telephone yet")
    UNIT_UNCLEAR = "unit-unclear", _("Please describe your unit and your work more exactly")
    OTHER_WAY = "other-way", _("Please name another way in which we can confirm your work")
    DOCUMENT = "document", _("Please send a document that shows that you work there")
    NOT_CONFIRMED = "not-confirmed", _("We could not confirm the application")
    NOT_FOR = "not-for", _("The Hub is open to law enforcement only")
