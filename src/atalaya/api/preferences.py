"""What an organisation decides about the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import option, preferences


@preferences("api", _("API"))
class ApiPreferences:
    """How much a program may ask."""

    requests_per_minute: int = option(
        600,
        _("Requests per minute and key"),
        sentence=_("On average, over all operations. More are answered with 429 and a pause."),
        minimum=1,
        maximum=1_000_000,
    )
    burst: int = option(
        120,
        _("Requests at once, at most"),
        sentence=_("How many a key may send without a pause before the average counts."),
        minimum=1,
        maximum=100_000,
    )
    refusals_per_minute: int = option(
        30,
        _("Wrong keys per minute and network address"),
        minimum=1,
        maximum=10_000,
    )
    body_kilobytes: int = option(
        2048,
        _("Largest request without files, in KB"),
        sentence=_("Files have a limit of their own, under Files."),
        minimum=16,
        maximum=5000,
    )
    remember_hours: int = option(
        48,
        _("Hours an Idempotency-Key is remembered"),
        sentence=_("A request repeated within that time gets the first answer again."),
        minimum=1,
        maximum=24 * 30,
    )
