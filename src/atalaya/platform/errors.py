"""What can go wrong while the desk is started, stopped, saved or restored."""

from __future__ import annotations


class PlatformError(Exception):
    """An expected refusal of the machinery below the application.

    Its sentence, in the terminal's language, says what happened and what to do next. It needs no
    Django, because most of these happen before there is one.
    """

    def __init__(self, sentence: str, **facts: object) -> None:
        self.facts = facts
        self.sentence = sentence % facts if facts else sentence
        super().__init__(self.sentence)
