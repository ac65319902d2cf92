"""How the command line says what went wrong."""

from __future__ import annotations

import sys

from atalaya.config.environment import EnvironmentIsWrong
from atalaya.platform.errors import PlatformError


def sentence_of(problem: Exception) -> str | None:
    """The sentence for a person when the problem is an expected refusal, else None."""
    if isinstance(problem, EnvironmentIsWrong | PlatformError):
        return str(problem)
    # The application's errors need Django, which a command that did not load it cannot raise.
    errors = sys.modules.get("atalaya.kernel.errors")
    if errors is not None and isinstance(problem, errors.AtalayaError):
        return str(problem)
    return None
