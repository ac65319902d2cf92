"""What an organisation decides about files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import option, preferences


@preferences("files", _("Files"))
class FilePreferences:
    """Limits of what is taken in."""

    largest_megabytes: int = option(
        25,
        _("Largest file, in MB"),
        sentence=_("Larger files are refused with a clear message, whichever way they come."),
        minimum=1,
        maximum=2000,
    )
    most_at_once: int = option(20, _("Most files attached to one message"), minimum=1, maximum=200)
    keep_loose_days: int = option(
        7,
        _("Days a file is kept that was uploaded but never attached"),
        minimum=1,
        maximum=365,
    )
