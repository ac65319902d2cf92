"""Who may open what: every address and every operation of the API, written by hand.

One line for each; somebody has thought of who must be refused. ``test_addresses.py`` walks them
with the whole cast and holds the answers against this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# The cast, in the order of what they may do.
NOBODY = "nobody"  # not signed in
STAN = "stan"  # a stranger: signed in, with nothing to do with the ticket
RITA = "rita"  # the requester of the ticket
NORA = "nora"  # an agent of another team
OMAR = "omar"  # an agent of the ticket's team
ANA = "ana"  # its lead
MAX = "max"  # the administrator
CAST = (NOBODY, STAN, RITA, NORA, OMAR, ANA, MAX)

ANYONE = frozenset(CAST)
SIGNED_IN = ANYONE - {NOBODY}
HER = frozenset({RITA})
PARTY = frozenset({RITA, OMAR, ANA, MAX})  # whoever may see the ticket
DESK = frozenset({NORA, OMAR, ANA, MAX})  # every agent
TEAM = frozenset({OMAR, ANA, MAX})  # agents who may see the ticket
LEADS = frozenset({ANA, MAX})
ADMIN = frozenset({MAX})
NOONE: frozenset[str] = frozenset()  # nothing is there


@dataclass(frozen=True)
class Row:
    """Who is let in, and what stands in the gaps of the address (names of ``samples``)."""

    let_in: frozenset[str]
    gaps: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


def row(let_in: frozenset[str], body: dict[str, Any] | None = None, **gaps: str) -> Row:
    """A line of the table: ``row(TEAM, number="ticket")``.

    ``body`` is what is sent; a text that starts with ``$`` names a sample. It has to be right:
    whoever is refused must be refused for what he is, and not for what he wrote.
    """
    return Row(let_in, gaps, body)


ADDRESSES: dict[str, Row] = {
    # -- for machines that watch -----------------------------------------------------------------
    "health_live": row(ANYONE),
    "health_ready": row(ANYONE),
    # -- the kit, for who makes pages ------------------------------------------------------------
    "ui:gallery": row(ANYONE),
    "ui:look": row(ANYONE),
    "ui:try_options": row(ANYONE),
    "ui:try_menu": row(ANYONE),
    "ui:panel": row(NOONE, key="panel", pk="nothing"),
    # -- calendars ---------------------------------------------------------------------------------
    "console:calendars:index": row(ADMIN),
    "console:calendars:new": row(ADMIN),
    "console:calendars:edit": row(ADMIN, pk="calendar"),
    "console:calendars:default": row(ADMIN, {}, pk="calendar"),
    # -- measures: agents; figures count only what each of them sees ------------------------------
    "console:reports:overview": row(DESK),
    "console:reports:page": row(DESK, key="metric"),
    "console:reports:values": row(DESK, key="metric"),
    "console:reports:rows": row(DESK, key="metric"),
    "console:reports:rows_file": row(DESK, key="metric"),
    # -- files: whoever may see what they are attached to ----------------------------------------
    "files:download": row(PARTY, pk="file"),
    "files:named": row(PARTY, pk="file", name="file_name"),
    # -- the portal ------------------------------------------------------------------------------
    "portal:home": row(ANYONE),
    "portal:search": row(SIGNED_IN),
    "portal:language": row(ANYONE),
    "portal:realtime:stream": row(PARTY),  # what the ticket's page follows
    "portal:tickets:mine": row(SIGNED_IN),
    "portal:tickets:report": row(SIGNED_IN),
    "portal:tickets:ask": row(SIGNED_IN),
    "portal:tickets:page": row(PARTY, number="ticket"),
    "portal:tickets:answer": row(HER, {"text": "It still smokes."}, number="ticket"),
    "portal:tickets:close": row(PARTY, {}, number="ticket"),
    "portal:tickets:reopen": row(HER, {}, number="ticket"),
    "portal:tickets:guest": row(ANYONE, token="guest_token"),
    # -- signing in, and one's own account -------------------------------------------------------
    "portal:identity:sign_in": row(ANYONE),
    "portal:identity:ask_for_link": row(ANYONE),
    "portal:identity:follow_link": row(ANYONE, token="link_token"),
    "portal:identity:code": row(NOONE),  # only for who has just made a first step
    "portal:identity:forgot_password": row(ANYONE),
    "portal:identity:choose_password": row(ANYONE, token="link_token"),
    "portal:identity:passkey_challenge": row(ANYONE),
    "portal:identity:sign_in_with_passkey": row(ANYONE),
    "portal:identity:again": row(SIGNED_IN),
    "portal:identity:again_with_passkey": row(SIGNED_IN),
    "portal:identity:sign_out": row(ANYONE),
    "portal:identity:account": row(SIGNED_IN),
    "portal:identity:look": row(SIGNED_IN),
    "portal:identity:password": row(SIGNED_IN),
    "portal:identity:end_other_sessions": row(SIGNED_IN),
    "portal:identity:end_session": row(frozenset({RITA, MAX}), {}, session_id="session"),
    "portal:identity:app": row(SIGNED_IN),
    "portal:identity:add_passkey": row(SIGNED_IN),
    "portal:identity:passkey_options": row(SIGNED_IN),
    "portal:identity:rename_passkey": row(NOONE, {"name": "x"}, factor_id="nothing"),
    "portal:identity:remove_factor": row(NOONE, {}, factor_id="nothing"),
    "portal:identity:recovery_codes": row(NOONE),  # nobody here has a second step
    "portal:identity:make_key": row(DESK),
    "portal:identity:revoke_key": row(HER, {}, key_id="key"),
    # -- the first steps: by the printed link until there is an administrator, then by him ---------
    "setup:follow": row(ANYONE, token="made_up"),
    "setup:start": row(ADMIN),
    "setup:organisation": row(ADMIN),
    "setup:administrator": row(ADMIN),
    "setup:mail": row(ADMIN),
    "setup:team": row(ADMIN),
    "setup:practices": row(ADMIN),
    "setup:demo": row(ADMIN),
    # -- the console: pages that need many practices ---------------------------------------------
    "console:home": row(DESK),
    "console:queue": row(DESK),
    "console:queue_counts": row(DESK),
    "console:queue_news": row(DESK),
    "console:search": row(DESK),
    "console:badges": row(DESK),
    "console:settings": row(DESK),
    "console:me": row(DESK),
    "console:realtime:stream": row(TEAM),  # what the ticket's page follows
    # -- the console: mail -----------------------------------------------------------------------
    "console:channels:settings": row(ADMIN),
    "console:channels:mailbox_new": row(ADMIN),
    "console:channels:mailbox": row(ADMIN, pk="mailbox"),
    "console:channels:mailbox_try": row(ADMIN, {}, pk="mailbox"),
    "console:channels:server": row(ADMIN),
    "console:channels:server_try": row(NOONE, {}),  # no server is set
    "console:channels:server_remove": row(ADMIN, {}),
    "console:channels:filter_new": row(ADMIN),
    "console:channels:filter": row(ADMIN, pk="filter"),
    "console:channels:filter_remove": row(ADMIN, {}, pk="filter"),
    "console:channels:wording": row(ADMIN),
    "console:channels:word": row(ADMIN, key="message"),
    "console:channels:incoming": row(DESK),  # an agent sees the mail of his tickets
    "console:channels:original": row(LEADS, pk="mail"),
    "console:channels:original_of": row(NOONE, entry_pk="entry"),  # it came by no mail
    "console:channels:raw": row(LEADS, pk="mail"),
    "console:channels:retry": row(LEADS, {}, pk="mail"),
    "console:channels:join": row(LEADS, {"number": "$ticket"}, pk="mail"),
    "console:channels:outgoing": row(DESK),
    "console:channels:sent": row(TEAM, pk="sent"),
    "console:channels:send_again": row(LEADS, {}, pk="sent"),
    # -- the console: accounts and keys of others --------------------------------------------------
    "console:identity:invite": row(ADMIN, {}, pk="rita"),
    "console:identity:switch": row(ADMIN, {"active": "yes"}, pk="rita"),
    "console:identity:end_sessions": row(ADMIN, {}, pk="rita"),
    "console:identity:reset_steps": row(ADMIN, {}, pk="rita"),
    "console:identity:keys": row(ADMIN),
    "console:identity:revoke": row(ADMIN, {}, pk="key"),
    # -- the console: tickets --------------------------------------------------------------------
    "console:tickets:new": row(DESK),
    "console:tickets:new_requester": row(DESK),
    "console:tickets:options": row(DESK),
    "console:tickets:page": row(TEAM, number="ticket"),
    "console:tickets:write": row(TEAM, {}, number="ticket"),
    "console:tickets:edit": row(TEAM, number="ticket", field="field"),
    "console:tickets:details": row(TEAM, number="ticket"),
    "console:tickets:take": row(TEAM, {}, number="ticket"),
    "console:tickets:hand_over": row(TEAM, number="ticket"),
    "console:tickets:snooze": row(TEAM, number="ticket"),
    "console:tickets:resolve": row(TEAM, number="ticket"),
    "console:tickets:close": row(TEAM, {}, number="ticket"),
    "console:tickets:reopen": row(TEAM, {}, number="ticket"),
    "console:tickets:bin": row(TEAM, {}, number="ticket"),
    "console:tickets:restore": row(TEAM, {}, number="ticket"),
    "console:tickets:merge": row(TEAM, number="ticket"),
    "console:tickets:unmerge": row(TEAM, {}, number="ticket"),
    "console:tickets:link": row(TEAM, number="ticket"),
    "console:tickets:unlink": row(TEAM, {}, number="ticket", pk="link"),
    "console:tickets:split": row(TEAM, number="ticket", pk="entry"),
    "console:tickets:redact": row(LEADS, {}, number="ticket", pk="note"),
    "console:tickets:people_add": row(TEAM, number="ticket"),
    "console:tickets:people_remove": row(TEAM, {}, number="ticket", pk="participant"),
    "console:tickets:follow": row(TEAM, {}, number="ticket"),
    "console:tickets:task_add": row(TEAM, {"title": "Look"}, number="ticket"),
    "console:tickets:checklist": row(TEAM, {}, number="ticket"),
    "console:tickets:task_tick": row(TEAM, {}, number="ticket", pk="task"),
    "console:tickets:task_remove": row(TEAM, {}, number="ticket", pk="task"),
    "console:tickets:promise": row(TEAM, number="ticket"),
    "console:tickets:promise_keep": row(TEAM, {}, number="ticket", pk="promise"),
    # -- the console: people ---------------------------------------------------------------------
    "console:people:people": row(DESK),
    "console:people:options": row(DESK),
    "console:people:person_new": row(DESK),
    "console:people:import": row(ADMIN),
    "console:people:person": row(DESK, pk="rita"),
    "console:people:person_edit": row(DESK, pk="rita"),
    "console:people:person_merge": row(LEADS, pk="stan"),
    "console:people:grant": row(ADMIN, pk="rita"),
    "console:people:revoke": row(ADMIN, {}, pk="agent", grant_pk="grant"),
    "console:people:organisations": row(DESK),
    "console:people:organisation_options": row(DESK),
    "console:people:organisation_new": row(DESK),
    "console:people:organisation": row(DESK, pk="organisation"),
    "console:people:organisation_edit": row(DESK, pk="organisation"),
    "console:people:roles": row(ADMIN),
    "console:people:role_new": row(ADMIN),
    "console:people:role": row(ADMIN, pk="role"),
    "console:people:role_remove": row(ADMIN, {}, pk="role"),
    "console:people:teams": row(DESK),
    "console:people:team_new": row(ADMIN),
    "console:people:team": row(DESK, pk="team"),
    "console:people:team_join": row(ADMIN, {"person": "$stan"}, pk="team"),
    "console:people:team_leave": row(ADMIN, {}, pk="team", person_pk="agent"),
    # -- the console: settings -------------------------------------------------------------------
    "console:preferences:index": row(ADMIN),
    "console:preferences:section": row(ADMIN, key="section"),
    "console:preferences:practices": row(ADMIN),
    "console:work:categories": row(ADMIN),
    "console:work:categories_new": row(ADMIN),
    "console:work:categories_edit": row(ADMIN, pk="category"),
    "console:work:categories_remove": row(ADMIN, {}, pk="category"),
    "console:work:reasons": row(ADMIN),
    "console:work:reasons_new": row(ADMIN),
    "console:work:reasons_edit": row(ADMIN, pk="reason"),
    "console:work:reasons_remove": row(ADMIN, {}, pk="reason"),
    "console:work:fields": row(ADMIN),
    "console:work:fields_new": row(ADMIN),
    "console:work:fields_edit": row(ADMIN, pk="custom_field"),
    "console:work:fields_remove": row(ADMIN, {}, pk="custom_field"),
    "console:work:read_source": row(ADMIN, {}, pk="custom_field"),
    "console:work:checklists": row(ADMIN),
    "console:work:checklists_new": row(ADMIN),
    "console:work:checklists_edit": row(ADMIN, pk="checklist"),
    "console:work:checklists_remove": row(ADMIN, {}, pk="checklist"),
    "console:work:tags": row(ADMIN),
    "console:work:tag": row(ADMIN, pk="tag"),
    "console:work:tag_remove": row(ADMIN, {}, pk="tag"),
    "console:work:matrix": row(ADMIN),
    "console:work:audit": row(ADMIN),
    "console:tickets:states": row(ADMIN),
    "console:tickets:state_new": row(ADMIN),
    "console:tickets:state_edit": row(ADMIN, pk="state"),
    "console:services:list": row(LEADS),
    "console:services:new": row(LEADS),
    "console:services:edit": row(LEADS, pk="service"),
    "console:journal:jobs": row(ADMIN),
    "console:journal:retry_job": row(NOONE, {}, pk="nothing"),  # nothing gave up
    "console:journal:retry_reaction": row(NOONE, {}, pk="nothing"),
    "console:journal:retry_all": row(ADMIN, {}),
    "console:system": row(ADMIN),
}

# Whoever has a key. Keys are made by and for agents; an administrator may make one for anybody.
OPERATIONS: dict[str, Row] = {
    "me_read": row(SIGNED_IN),
    "search": row(SIGNED_IN),  # each finds what he may see
    # -- people ----------------------------------------------------------------------------------
    "people_list": row(SIGNED_IN),  # each sees whom he may: a requester himself
    "people_add": row(DESK, {"name": "Somebody"}),
    "people_read": row(DESK | {RITA}, person_id="rita"),
    "people_change": row(DESK, {"title": "Accountant"}, person_id="rita"),
    "people_merge": row(LEADS, {"into_id": "$rita"}, person_id="stan"),
    "organisations_list": row(SIGNED_IN),
    "organisations_add": row(DESK, {"name": "Another"}),
    "organisations_read": row(DESK | {RITA}, organisation_id="organisation"),
    "organisations_change": row(DESK, {"note": "x"}, organisation_id="organisation"),
    "teams_list": row(SIGNED_IN),
    "teams_read": row(DESK, team_id="team"),
    # -- files -----------------------------------------------------------------------------------
    "files_upload": row(SIGNED_IN),
    "files_read": row(PARTY, file_id="file"),
    "files_content": row(PARTY, file_id="file"),
    # -- lists -----------------------------------------------------------------------------------
    "services_list": row(SIGNED_IN),
    "services_read": row(SIGNED_IN, service_id="service"),
    "categories_list": row(SIGNED_IN),
    "pending_reasons_list": row(SIGNED_IN),
    "custom_fields_list": row(SIGNED_IN),
    "checklists_list": row(SIGNED_IN),
    "tags_list": row(SIGNED_IN),
    "ticket_states_list": row(SIGNED_IN),
    # -- tickets: what a requester may do, too ---------------------------------------------------
    "tickets_open": row(SIGNED_IN, {"subject": "The scanner hums"}),
    "tickets_list": row(SIGNED_IN),
    "tickets_read": row(PARTY, number="ticket"),
    "tickets_timeline": row(PARTY, number="ticket"),
    "tickets_message": row(HER, {"text": "It still smokes."}, number="ticket"),
    "tickets_close": row(PARTY, {}, number="ticket"),
    "tickets_reopen": row(PARTY, {}, number="ticket"),
    # -- tickets: for agents who may see them ----------------------------------------------------
    "tickets_edit": row(TEAM, {"subject": "It smokes"}, number="ticket"),
    "tickets_merge": row(TEAM, {"into": "$other_ticket"}, number="ticket"),
    "tickets_unmerge": row(TEAM, {}, number="ticket"),
    "tickets_split": row(TEAM, {"entry_id": "$entry", "subject": "Another"}, number="ticket"),
    "tickets_links": row(TEAM, number="ticket"),
    "tickets_link": row(TEAM, {"kind": "blocks", "other": "$other_ticket"}, number="ticket"),
    "tickets_unlink": row(TEAM, number="ticket", link_id="link"),
    "tickets_participants": row(PARTY, number="ticket"),
    # The requester's side may put people in copy, whom it sees.
    "tickets_include": row(PARTY, {"person_id": "$rita"}, number="ticket"),
    "tickets_exclude": row(TEAM, number="ticket", person_id="copied"),
    "tickets_assign": row(TEAM, {"person_id": None}, number="ticket"),
    "tickets_move": row(TEAM, {"team_id": None}, number="ticket"),
    # Rita is let in as far as to be told that there is no such team: she sees none.
    "tickets_hand_over": row(PARTY, {"team_id": "$team", "note": "Yours."}, number="ticket"),
    "tickets_wait": row(TEAM, {"reason": "requester"}, number="ticket"),
    "tickets_snooze": row(TEAM, {"until": "$tomorrow"}, number="ticket"),
    "tickets_resume": row(TEAM, {}, number="ticket"),
    "tickets_resolve": row(TEAM, {"answer": "Done."}, number="ticket"),
    "tickets_bin": row(TEAM, {}, number="ticket"),
    "tickets_spam": row(TEAM, {}, number="ticket"),
    "tickets_restore": row(TEAM, {}, number="ticket"),
    "tickets_tasks": row(TEAM, number="ticket"),
    "tickets_add_task": row(TEAM, {"title": "Look"}, number="ticket"),
    "tickets_change_task": row(TEAM, {"title": "Look"}, number="ticket", task_id="task"),
    "tickets_remove_task": row(TEAM, number="ticket", task_id="task"),
    "tickets_tick_task": row(TEAM, {"done": True}, number="ticket", task_id="task"),
    "tickets_apply_checklist": row(TEAM, {"template_id": "$checklist"}, number="ticket"),
    "tickets_promises": row(TEAM, number="ticket"),
    "tickets_promise": row(TEAM, {"due_at": "$tomorrow"}, number="ticket"),
    "tickets_keep_promise": row(TEAM, {}, number="ticket", promise_id="promise"),
    "tickets_history": row(TEAM, number="ticket"),
    "tickets_answer": row(TEAM, {"text": "On my way."}, number="ticket"),
    "tickets_note": row(TEAM, {"text": "A wasp nest?"}, number="ticket"),
    "tickets_call": row(TEAM, {"text": "She says it smokes."}, number="ticket"),
    "tickets_redact": row(LEADS, {"reason": "secret"}, number="ticket", entry_id="note"),
}
