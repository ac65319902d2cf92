"""The words of our mails about signing in, in the reader's language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from atalaya.core.identity.ports import Letter
from atalaya.core.people.models import Person
from atalaya.core.preferences.queries import desk

NOTICES = ("password", "factor_added", "factor_removed", "recovery_code", "key_made")


def letter_with_link(
    person: Person, address: str, *, purpose: str, language: str, link: str, minutes: int
) -> Letter:
    """The mail that carries a one-time link."""
    with translation.override(language):
        subject, opening, button = _words(purpose)
        good_for = _("The link works once, and for %(time)s.") % {"time": _span(minutes)}
        closing = _("If you did not ask for this, do nothing: nobody gets in without this mail.")
        return Letter(
            person_id=person.pk,
            address=address,
            purpose=purpose,
            language=language,
            subject=subject,
            text="\n\n".join([_hello(person), opening, good_for, closing]),
            link=link,
            button=button,
            minutes=minutes,
        )


def _words(purpose: str) -> tuple[str, str, str]:
    name = {"name": desk().name or "Atalaya"}
    if purpose == "password":
        return (
            _("Choose a password for %(name)s") % name,
            _("Follow the link to choose a new password for %(name)s.") % name,
            _("Choose a password"),
        )
    if purpose == "invite":
        return (
            _("Your account at %(name)s") % name,
            _("An account at %(name)s is ready for you. Follow the link to sign in.") % name,
            _("Sign in"),
        )
    return (
        _("Sign in to %(name)s") % name,
        _("Follow the link to sign in to %(name)s.") % name,
        _("Sign in"),
    )


def notice(person: Person, address: str, *, what: str, language: str) -> Letter:
    """The mail that tells somebody what has just changed about his account."""
    with translation.override(language):
        sentences = {
            "password": _("Your password was changed, and your other sessions were ended."),
            "factor_added": _("A passkey or an app for codes was added to your account."),
            "factor_removed": _("A passkey or an app for codes was removed from your account."),
            "recovery_code": _("One of your recovery codes was used to sign in."),
            "key_made": _("An API key that acts in your name was made."),
        }
        warning = _("If this was not you, change your password now and tell your administrator.")
        return Letter(
            person_id=person.pk,
            address=address,
            purpose="notice",
            language=language,
            subject=_("A change to your account at %(name)s") % {"name": desk().name or "Atalaya"},
            text="\n\n".join([_hello(person), sentences[what], warning]),
        )


def _hello(person: Person) -> str:
    return _("Hello %(name)s,") % {"name": person.name}


def _span(minutes: int) -> str:
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return translation.ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return translation.ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return translation.ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
