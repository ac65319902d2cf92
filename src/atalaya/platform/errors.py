"""What can go wrong while the desk is started, stopped, saved or restored."""

from __future__ import annotations

from atalaya.platform.words import gettext


class PlatformError(Exception):
    """An expected refusal of the machinery below the application.

    Its sentence says what happened and what to do next. It needs no Django, because most of these
    happen before there is one.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        self.facts = facts
        self.sentence = gettext(sentence) % facts if facts else gettext(sentence)
        super().__init__(self.sentence)
