"""What can be wrong with a file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class FileTooLarge(AtalayaError):
    code = "file_too_large"
    status = 413
    field = "files"
    message = _("“%(name)s” is larger than %(limit)s MB. Share a link to it instead.")


class TooManyFiles(AtalayaError):
    code = "too_many_files"
    status = 422
    field = "files"
    message = _("At most %(limit)s files can be attached at once.")


class ContentIsMissing(AtalayaError):
    """The row is there, its bytes are not: shown to administrators by the health page."""

    code = "file_content_missing"
    status = 410
    message = _("The content of “%(name)s” is missing on this server. Ask an administrator.")


class DiskIsFull(AtalayaError):
    code = "disk_is_full"
    status = 503
    retryable = True
    message = _("The file could not be kept because the disk is full. Try again later.")
