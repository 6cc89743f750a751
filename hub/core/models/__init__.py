"""The floor's models; none has a foreign key into a room."""

from hub.core.models.audit import AuditEntry
from hub.core.models.counter import Counter
from hub.core.models.outbox import OutboxEntry
from hub.core.models.provenance import TextProvenance
from hub.core.models.session import Session
from hub.core.models.user import RoleGrant, User

__all__ = ["AuditEntry", "Counter", "OutboxEntry", "RoleGrant", "Session", "TextProvenance", "User"]
