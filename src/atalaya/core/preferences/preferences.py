"""What every part of the desk wants to know of the organisation that runs it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import option, preferences


@preferences("desk", _("The desk"))
class DeskPreferences:
    """The desk itself: its name, and how it speaks to whoever has said nothing else."""

    name: str = option("", _("Name of the desk"), sentence=_("It heads pages and mails."))
    language: str = option(
        "en",
        _("Language"),
        sentence=_("For people who have not chosen one and whose browser says nothing."),
        choices=(("en", _("English")), ("es", _("Spanish"))),
    )
    zone: str = option(
        "UTC",
        _("Time zone"),
        sentence=_("For people who have not chosen one, and for what happens by the clock."),
    )
    set_up: bool = option(
        default=False,
        label=_("Set-up is finished"),
        sentence=_("Switched on at the end of the first steps."),
    )
