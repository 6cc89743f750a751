"""What the community keeps."""

from community.models.agencies import Agency, AgencyDomain, FocalPoint, Listing, Officer
from community.models.applications import Application, Document, Evidence, Recusal, Verdict
from community.models.enrolment import EnrolmentLink
from community.models.roles import RoleChange
from community.models.suspensions import Suspension
from community.models.terms import Terms, TermsAcceptance, TermsText

__all__ = [
    "Agency",
    "AgencyDomain",
    "Application",
    "Document",
    "EnrolmentLink",
    "Evidence",
    "FocalPoint",
    "Listing",
    "Officer",
    "Recusal",
    "RoleChange",
    "Suspension",
    "Terms",
    "TermsAcceptance",
    "TermsText",
    "Verdict",
]
