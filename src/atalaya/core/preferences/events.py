"""What happens to preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class PreferenceChanged(Fact, name="preferences.changed"):
    """An administrator decided something; both values are kept."""

    sentence = _("changed the setting %(section)s.%(option)s")

    section: str
    option: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PracticeSwitched(Fact, name="preferences.practice_switched"):
    """A practice was switched on or off."""

    sentence = _("switched the practice %(practice)s")

    practice: str
    on: bool
