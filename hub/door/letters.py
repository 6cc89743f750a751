"""Letters about how somebody signs in: whoever did not do it has to know at once (security item 12)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.core import letters
from hub.core.actions.sessions import CREDENTIAL_LETTER, NEW_PLACE_LETTER, WRONG_FACTOR
from hub.core.letters import Letter, Occasion
from hub.core.models import User

_CHANGES: dict[str, Promise] = {
    "password.changed": _("The password of your account was changed."),
    "second-factor.added": _("A second factor was added to your account."),
    "second-factor.removed": _("A second factor was removed from your account."),
}


_TELL = _(
    "If it was not you, tell the people who run the Hub at once, by a way that you know. Do not answer this mail."
)


def register_letters() -> None:
    """Name what the letters of the door say."""
    letters.register(CREDENTIAL_LETTER, credential_letter)
    letters.register(NEW_PLACE_LETTER, new_place_letter)


def new_place_letter(key: str) -> Occasion | None:
    """Return the letter about a log-in from where there was none for long."""
    person, _colon, moment = key.partition(":")
    return _to_owner(
        person,
        _("Somebody has signed in to your account"),
        lambda: (
            gettext(
                "On %(moment)s UTC, from a network or with a browser that you had not used for the Hub within 90 days."
            )
            % {"moment": moment.replace(".", ":")}
        ),
        _TELL,
    )


def credential_letter(key: str) -> Occasion | None:
    """Return the letter about how somebody signs in: it was changed, or a stranger may know the half of it."""
    person, _colon, action = key.partition(":")
    if action == WRONG_FACTOR:
        return _to_owner(
            person,
            _("Somebody may know your password"),
            lambda: gettext(
                "Your password was entered, and then a wrong code of the second factor, three times within a day."
            ),
            _(
                "If it was not you, change your password now, and tell the people who run the Hub, by a way that you know. Do not answer this mail."
            ),
        )
    if action not in _CHANGES:
        return None
    return _to_owner(person, _("A change of how you sign in"), lambda: str(_CHANGES[action]), _TELL)


def _to_owner(person: str, subject: Promise, what: Callable[[], str], if_not: Promise) -> Occasion | None:
    """Write to whose account it is, unless it is closed; the letter holds no address that leads anywhere."""
    user = User.objects.filter(pk=person, is_active=True).first()
    if user is None:
        return None
    return Occasion(
        user.language,
        lambda: Letter(
            user.email,
            str(subject),
            (what(), gettext("If it was you, there is nothing to do."), str(if_not)),
        ),
    )
