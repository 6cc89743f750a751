"""Why a document is not taken."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Refusal(TextChoices):
    """What is wrong with a document. The labels are whole sentences for whoever sent it."""

    TOO_LARGE = (
        "too-large",
        _("The file is larger than 5 MB. Send fewer pages, or pictures of a lower quality."),
    )
    UNKNOWN_KIND = "unknown-kind", _("The file is not a PDF, JPEG or PNG. Send one of these.")
    DAMAGED = "damaged", _("The file is damaged: it cannot be read. Save or photograph the document again.")
    ENCRYPTED = "encrypted", _("The PDF is protected by a password. Send it without one.")
    TOO_MANY_PAGES = (
        "too-many-pages",
        _("The PDF has too many pages. Send only those that show who you are and where you work."),
    )
    TOO_MANY_PIXELS = (
        "too-many-pixels",
        _("The picture is too large: at most 25 million pixels are possible."),
    )
    TOOK_TOO_LONG = (
        "took-too-long",
        _("The document is too complicated to be read here. Send a photograph or a scan of it."),
    )
    BUSY = "busy", _("Too many documents are being read at this moment. Send yours again in a minute.")


class DocumentRefusedError(Exception):
    """The document is not taken; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason."""
        super().__init__(refusal.value)
        self.refusal = refusal
