"""What can be wrong with a condition, told with the place in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError, Words


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``path`` leads to it in the JSON form: ``all.0.value``."""

    path: str
    sentence: Words

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else str(self.sentence)


class ConditionIsInvalid(AtalayaError):
    """Carries every problem found, so that an editor can mark them all at once."""

    code = "condition_is_invalid"
    status = 422
    message = _("This condition does not hold together: %(problems)s")
    field = "condition"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(problems=" · ".join(str(problem) for problem in problems))
