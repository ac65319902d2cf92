"""What an organisation decides about tickets is checked where it is decided."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.preferences.actions import decide
from atalaya.core.preferences.errors import WrongPreference
from atalaya.core.preferences.queries import preferences_of
from atalaya.practices.tickets.preferences import TicketPreferences


def test_the_team_nobody_else_sends_tickets_to_is_chosen_by_name(
    visiting: Callable[..., Client], max_: Person, front_desk: Team
) -> None:
    browser = visiting(max_)
    page = browser.get("/console/settings/preferences/tickets/").content.decode()
    assert f'<option value="{front_desk.pk}">Front desk</option>' in page
    decide("tickets", by=SYSTEM, default_team_id=front_desk.pk)
    assert preferences_of(TicketPreferences).default_team_id == front_desk.pk
    with pytest.raises(WrongPreference):
        decide("tickets", by=SYSTEM, default_team_id=999_999)
