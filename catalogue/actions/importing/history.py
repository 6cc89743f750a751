"""How an import stands in the history of a tool in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry

IMPORTED = "catalogue.import"

registry.register_action(IMPORTED, _("Import"), _("Changed by an import"))
