"""What can be wrong with a calendar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class CalendarIsWrong(AtalayaError):
    """``at`` names the part: ``week.mon``, ``own_days.3``, ``zone`` …"""

    code = "calendar_is_wrong"
    status = 422
    message = _("%(reason)s")


class DefaultIsNeeded(AtalayaError):
    code = "default_calendar_is_needed"
    status = 409
    message = _("There is always one default calendar. Make another one the default first.")
