"""What can be wrong with people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class AddressTaken(AtalayaError):
    code = "address_taken"
    status = 409
    field = "address"
    message = _("%(address)s already belongs to %(name)s.")


class NameMissing(AtalayaError):
    code = "name_missing"
    status = 422
    field = "name"
    message = _("A name is needed.")


class NameTaken(AtalayaError):
    code = "name_taken"
    status = 409
    field = "name"
    message = _("There is already one called %(name)s.")


class CircularManager(AtalayaError):
    code = "circular_manager"
    status = 422
    field = "manager"
    message = _("That would make somebody his own manager.")


class CannotMerge(AtalayaError):
    code = "cannot_merge"
    status = 409
    message = _("These two cannot be merged: choose two different, active people.")


class LastAdministrator(AtalayaError):
    code = "last_administrator"
    status = 409
    message = _("This is the last administrator; make another one first.")


class FileUnreadable(AtalayaError):
    code = "file_unreadable"
    status = 422
    field = "file"
    message = _("This file cannot be read: %(reason)s.")


class TooManyLines(AtalayaError):
    code = "too_many_lines"
    status = 422
    field = "file"
    message = _("This file is too long: at most %(limit)s lines at a time.")


class RoleIsFixed(AtalayaError):
    code = "role_is_fixed"
    status = 409
    message = _("Administrators may do everything; that cannot be changed.")


class RoleInUse(AtalayaError):
    code = "role_in_use"
    status = 409
    message = _("Somebody holds the role “%(role)s”, or it belongs to Atalaya.")
