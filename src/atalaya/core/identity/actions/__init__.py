"""What can be done about signing in: one file for each idea."""

from __future__ import annotations

from atalaya.core.identity.actions.accounts import open_account, switch_account
from atalaya.core.identity.actions.factors import remove_factor
from atalaya.core.identity.actions.keys import make_key, note_key_use, revoke_key
from atalaya.core.identity.actions.linking import invite, send_link, setup_link
from atalaya.core.identity.actions.passwords import set_password
from atalaya.core.identity.actions.sessions import end_session, end_sessions
from atalaya.core.identity.actions.setting_up import make_first_administrator

__all__ = [
    "end_session",
    "end_sessions",
    "invite",
    "make_first_administrator",
    "make_key",
    "note_key_use",
    "open_account",
    "remove_factor",
    "revoke_key",
    "send_link",
    "set_password",
    "setup_link",
    "switch_account",
]
