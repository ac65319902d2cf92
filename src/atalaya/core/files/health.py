"""What an administrator should know of files."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from atalaya.core.files.models import File
from atalaya.core.files.queries import disagreements
from atalaya.kernel.plugs import Found, finding

LOOKED_AT = 1000  # newest files; `atalaya doctor files` looks at all of them
LITTLE = 1024**3  # bytes free


@finding("files.contents", _("The contents of the newest attachments are on disk"))
def contents_are_there() -> list[Found]:
    newest = File.objects.order_by("-pk")[:LOOKED_AT]
    wrong = list(disagreements(File.objects.filter(pk__in=newest.values("pk"))))
    if not wrong:
        return []
    sentence = _("The content of %(count)s of the newest files is missing or damaged on disk.")
    return [
        Found("error", sentence, {"count": len(wrong), "files": [w.file_id for w in wrong[:20]]})
    ]


@finding("files.room", _("There is room on the disk for attachments"))
def there_is_room() -> list[Found]:
    try:
        free = shutil.disk_usage(settings.MEDIA_ROOT).free
    except FileNotFoundError:  # nothing was stored yet
        return []
    if free >= LITTLE:
        return []
    sentence = _("Only %(megabytes)s MB are free on the disk that holds attachments.")
    return [
        Found("error" if free < LITTLE // 10 else "warning", sentence, {"megabytes": free >> 20})
    ]
