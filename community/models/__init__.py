"""What the community keeps."""

from community.models.enrolment import EnrolmentLink

__all__ = ["EnrolmentLink"]
