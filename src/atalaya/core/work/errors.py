"""What can be wrong with a work item."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class SubjectMissing(AtalayaError):
    code = "subject_missing"
    status = 422
    field = "subject"
    message = _("Say in a few words what it is about.")


class NothingSaid(AtalayaError):
    code = "nothing_said"
    status = 422
    field = "text"
    message = _("Write something first.")


class TooLong(AtalayaError):
    code = "too_long"
    status = 422
    field = "text"
    message = _("This text is too long: at most %(limit)s characters.")


class WrongFieldValue(AtalayaError):
    code = "wrong_field_value"
    status = 422
    message = _("“%(label)s” does not accept this value.")


class FieldRequired(AtalayaError):
    code = "field_required"
    status = 422
    message = _("“%(label)s” is required.")


class LinkedToItself(AtalayaError):
    code = "linked_to_itself"
    status = 422
    message = _("A case cannot be linked to itself.")


class WouldBeCircular(AtalayaError):
    code = "would_be_circular"
    status = 422
    message = _("That would make a case its own parent.")


class HasParent(AtalayaError):
    code = "has_parent"
    status = 409
    message = _("%(reference)s already has a parent.")


class DueInThePast(AtalayaError):
    code = "due_in_the_past"
    status = 422
    field = "due_at"
    message = _("Choose a time in the future.")


class NotBinned(AtalayaError):
    code = "not_binned"
    status = 409
    message = _("This case is not in the bin.")


class NobodyPromises(AtalayaError):
    code = "nobody_promises"
    status = 422
    field = "person"
    message = _("Say who promises.")


class InUse(AtalayaError):
    code = "in_use"
    status = 409
    message = _("“%(label)s” is in use; switch it off instead.")


class KeyTaken(AtalayaError):
    code = "key_taken"
    status = 409
    field = "key"
    message = _("There is already one with the key %(key)s.")
