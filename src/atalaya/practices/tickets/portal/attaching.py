"""Files a requester sends: taken in at once, so that an error elsewhere does not lose them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from atalaya.core.files.actions import store_file
from atalaya.core.files.errors import TooManyFiles
from atalaya.core.files.models import File
from atalaya.core.files.preferences import FilePreferences
from atalaya.core.identity.ports import Request
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel.errors import AtalayaError


def take_files(request: Request, form: forms.Form) -> list[File]:
    """The files of this try and those kept from the one before; what is wrong goes on the form."""
    taken = kept_files(request)
    given = form.cleaned_data.get("attachments") or []
    limit = preferences_of(FilePreferences).most_at_once
    if len(taken) + len(given) > limit:
        form.add_error("attachments", TooManyFiles(limit=limit).sentence)
        return taken
    for upload in given:
        try:
            taken.append(store_file(upload, name=upload.name or "", by=request.actor))
        except AtalayaError as error:
            form.add_error("attachments", error.sentence)
    return taken


def kept_files(request: Request) -> list[File]:
    """Files of one's own that were stored by the try before and belong to nothing yet."""
    wanted = [int(pk) for pk in request.POST.getlist("kept")[:200] if pk.isascii() and pk.isdigit()]
    wanted = [pk for pk in wanted if pk < 2**63]
    if not wanted or request.person is None:
        return []
    mine = File.objects.visible_to(request.actor).unheld()
    return list(mine.filter(pk__in=wanted, uploaded_by=request.person).order_by("pk"))


def largest() -> str:
    """The limits in words, shown before they are met."""
    decided = preferences_of(FilePreferences)
    return _("At most %(count)s files of up to %(megabytes)s MB each.") % {
        "count": decided.most_at_once,
        "megabytes": decided.largest_megabytes,
    }
