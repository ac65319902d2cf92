"""What identity needs from above, and how a request looks once it is known who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from atalaya.core.people.models import Actor, Person
from atalaya.kernel.plugs import Slot


class Request(HttpRequest):
    """A request as views see it: who asks is known, in whose language, from where."""

    person: Person | None
    actor: Actor
    open_session: Any  # the models.OpenSession of whoever is signed in, or None
    client_address: str  # of the browser, behind proxies we trust
    id: str  # in every log line of this request


@dataclass(frozen=True)
class Letter:
    """A mail of ours about signing in, to be written in ``language``.

    ``purpose`` is ``sign_in``, ``password``, ``invite`` (these carry ``link``, good for
    ``minutes``) or ``notice`` (something changed on the account: ``notice`` says what).
    """

    person_id: int
    address: str
    purpose: str
    language: str
    subject: str
    text: str
    link: str = ""
    button: str = ""
    minutes: int = 0


class Messenger(Protocol):
    """Takes a letter for sending. Called inside the transaction that made the link.

    It must keep the letter in a row of that transaction (so that link and mail commit together),
    never in the journal, and must not talk to the network here. Whoever shows the kept mail to
    people must hide a letter's body: it holds a link that signs somebody in. The implementation
    plugs itself as ``MESSENGERS.plug("mail", take_letter, module=__name__)`` in the well-known
    file ``messengers.py`` of its package.
    """

    def __call__(self, letter: Letter) -> None: ...


MESSENGERS: Slot[Messenger] = Slot("messenger", file="messengers")


class Door(Protocol):
    """Lets somebody in who has been proved by other means: the first steps, single sign-on.

    It opens a session for the person in this browser and answers with where he goes: to ``goto``
    (a path of ours), by way of his second step if he has set one up. ``method`` is one of
    ``OpenSession.Method``.
    """

    def __call__(
        self, request: Request, person: Person, *, method: str, goto: str
    ) -> HttpResponse: ...


DOORS: Slot[Door] = Slot("door", file="doors")
