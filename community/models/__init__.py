"""What the community keeps."""

from community.models.agencies import Agency, AgencyDomain, FocalPoint, Officer
from community.models.applications import Application, Evidence, Verdict
from community.models.enrolment import EnrolmentLink

__all__ = [
    "Agency",
    "AgencyDomain",
    "Application",
    "EnrolmentLink",
    "Evidence",
    "FocalPoint",
    "Officer",
    "Verdict",
]
