"""What the community keeps."""

from community.models.agencies import Agency, AgencyDomain, FocalPoint, Officer
from community.models.applications import Application, Document, Evidence, Verdict
from community.models.enrolment import EnrolmentLink
from community.models.roles import RoleChange
from community.models.terms import Terms, TermsAcceptance, TermsText

__all__ = [
    "Agency",
    "AgencyDomain",
    "Application",
    "Document",
    "EnrolmentLink",
    "Evidence",
    "FocalPoint",
    "Officer",
    "RoleChange",
    "Terms",
    "TermsAcceptance",
    "TermsText",
    "Verdict",
]
