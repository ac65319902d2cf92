"""Mail about signing in leaves by this engine too."""

from __future__ import annotations

from atalaya.core.identity.ports import MESSENGERS, Letter
from atalaya.engines.channels.actions import write_letter


def take_letter(letter: Letter) -> None:
    write_letter(letter)


MESSENGERS.plug("mail", take_letter, module=__name__)
