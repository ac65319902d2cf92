"""What can go wrong, in one shape: a code for machines, a sentence for people, its place."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class AtalayaError(Exception):
    """An expected refusal. Each door (screen, API, mail, command line) turns it into its own words.

    ``message`` may hold named fields (``%(number)s``), filled from the keyword arguments,
    which are kept in ``facts``. ``field`` names the input it belongs to; ``retryable`` tells jobs
    to try again.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[Words] = _("Something is not right with this request.")
    field: ClassVar[str | None] = None
    retryable: ClassVar[bool] = False

    def __init__(self, *, at: str | None = None, **facts: Any) -> None:
        self.facts = facts
        self.at = at if at is not None else self.field
        super().__init__(self.code, facts)

    @property
    def sentence(self) -> str:
        """The message in the active language with its fields filled in."""
        words: Any = self.message  # a plural chooses its form by the facts, so they go in first
        return str(words % self.facts) if self.facts else str(words)

    def __str__(self) -> str:
        return self.sentence


class NotAllowed(AtalayaError):
    code = "not_allowed"
    status = 403
    message = _("You are not allowed to do this (%(permission)s).")


class NotFound(AtalayaError):
    code = "not_found"
    status = 404
    message = _("It does not exist, or you may not see it.")


class InvalidInput(AtalayaError):
    code = "invalid_input"
    status = 422
    message = _("%(reason)s")

    def __init__(self, reason: Words, *, at: str | None = None, **facts: Any) -> None:
        super().__init__(at=at, reason=reason, **facts)


class Conflict(AtalayaError):
    code = "conflict"
    status = 409
    message = _("Somebody else changed this meanwhile. Reload to see what is new.")


class TooMany(AtalayaError):
    code = "too_many"
    status = 429
    message = _("Too many attempts. Try again in a moment.")
    retryable = True


class TemporarilyUnavailable(AtalayaError):
    code = "temporarily_unavailable"
    status = 503
    message = _("This is not available at the moment. Try again in a moment.")
    retryable = True
