"""How dates, durations, numbers and sizes read, in the viewer's language and time zone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from atalaya.kernel import clock

MINUTE, HOUR, DAY = 60, 3600, 86_400


def local(value: dt.datetime) -> dt.datetime:
    """An instant on the viewer's wall."""
    return timezone.localtime(value)


def day(value: dt.date | dt.datetime | None) -> str:
    """A date: ``23 Nov 2026``. An instant is first moved to the viewer's zone."""
    if value is None:
        return ""
    shown = local(value) if isinstance(value, dt.datetime) else value
    return date_format(shown, "j M Y")


def time(value: dt.datetime | dt.time | None) -> str:
    """A time of day in 24 hours: ``15:07``."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, dt.datetime) else value).strftime("%H:%M")


def moment(value: dt.datetime | None) -> str:
    """Date and time: ``23 Nov 2026, 15:07``."""
    return "" if value is None else f"{day(value)}, {time(value)}"


def weekday_moment(value: dt.datetime | None) -> str:
    """Date and time with the weekday, where there is room: ``Mon 23 Nov 2026, 15:07 CET``."""
    return "" if value is None else date_format(local(value), "D j M Y, H:i T")


def ago(value: dt.datetime | None, now: dt.datetime | None = None) -> Markup:
    """How long ago, or in how long, as a `<time>` that keeps itself up to date in the browser."""
    if value is None:
        return Markup("")
    return Markup(  # noqa: S704 - format_html has escaped every part
        format_html(
            '<time class="numeric" datetime="{}" title="{}" data-ago>{}</time>',
            value.isoformat(),
            local(value).strftime("%Y-%m-%d %H:%M %Z"),
            distance(value, now),
        )
    )


def distance(value: dt.datetime, now: dt.datetime | None = None) -> str:
    """``3 min ago``, ``in 2 h``, and from a week on the date."""
    seconds = (value - (now or clock.now())).total_seconds()
    size = abs(seconds)
    if size < MINUTE:
        return _("now")
    if size >= 7 * DAY:
        return day(value)
    amount = _short(size)
    return (_("in %(time)s") if seconds > 0 else _("%(time)s ago")) % {"time": amount}


def _short(seconds: float) -> str:
    if seconds < HOUR:
        return _("%(n)s min") % {"n": int(seconds // MINUTE)}
    if seconds < DAY:
        return _("%(n)s h") % {"n": int(seconds // HOUR)}
    days = int(seconds // DAY)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def duration(value: dt.timedelta | float | None) -> str:
    """A span in its two largest units: ``2 h 05 min``, ``3 days 4 h``. Numbers are seconds."""
    if value is None:
        return ""
    seconds = int(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    sign, seconds = ("−" if seconds < 0 else ""), abs(seconds)
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        parts = [ngettext("%(n)s day", "%(n)s days", days) % {"n": days}]
        parts += [_("%(n)s h") % {"n": hours}] if hours else []
    elif hours:
        parts = [_("%(n)s h") % {"n": hours}, _("%(n)s min") % {"n": f"{minutes:02d}"}]
    else:
        parts = [_("%(n)s min") % {"n": minutes}]
    return sign + " ".join(parts)


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A number with the separators of the viewer's language."""
    if value is None:
        return ""
    return str(number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def filesize(value: float | None) -> str:
    """A size in bytes as people write it: ``84 KB``, ``1.2 MB``."""
    if value is None:
        return ""
    size = float(value)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{number(size, 0 if unit == 'B' or size >= 100 else 1)} {unit}"


def initials(name: str) -> str:
    """Up to two letters that stand for a person: ``Ana María Ruiz`` → ``AR``."""
    words = [word for word in name.split() if word[:1].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


FILTERS = {
    "day": day,
    "time": time,
    "moment": moment,
    "weekday_moment": weekday_moment,
    "ago": ago,
    "distance": distance,
    "duration": duration,
    "number": number,
    "filesize": filesize,
    "initials": initials,
}
