"""What a new hub holds from its first minute: pages, dated figures, rights of editors, compiled translations."""

from hub.seed.case_facts import seed_case_facts
from hub.seed.content import ContentError
from hub.seed.messages import compile_messages
from hub.seed.pages import seed_pages
from hub.seed.rights import seed_rights

__all__ = ["ContentError", "compile_messages", "seed_case_facts", "seed_pages", "seed_rights"]
