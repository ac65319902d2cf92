"""The stories of ``stories.toml``: tickets that come again and again, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
THINGS: dict[str, list[str]] = FILE["things"]
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Turn:
    """Something said or done, so many working hours after what was before.

    ``who`` is agent, requester, note, call, hand_over (to ``team``) or wait (for ``reason``).
    """

    who: str
    text: Texts
    hours: float = 1.0
    team: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """A kind of ticket. ``often`` weighs it against the others."""

    category: str
    subject: Texts
    report: Texts
    solution: Texts
    often: int
    channels: tuple[str, ...]
    turns: tuple[Turn, ...] = ()
    is_request: bool = False
    impact: int = 2
    urgency: int = 2


def told(text: Texts, language: str, things: Mapping[str, str]) -> str:
    """A text of a story in a language, with its gaps filled."""
    return text[language if language in text else "en"].format(**things)


def _read(story: dict[str, Any]) -> Story:
    turns = tuple(Turn(**turn) for turn in story.pop("turns", []))
    return Story(turns=turns, channels=tuple(story.pop("channels")), **story)


STORIES = [_read(dict(story)) for story in FILE["stories"]]
