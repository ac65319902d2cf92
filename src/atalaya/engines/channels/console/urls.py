"""Addresses of mail in the console (namespace `console:channels`)."""

from __future__ import annotations

from django.urls import path

from atalaya.engines.channels.console import log, settings, wording

urlpatterns = [
    path("settings/mail/", settings.index, name="settings"),
    path("settings/mail/mailboxes/new/", settings.mailbox, {"pk": 0}, name="mailbox_new"),
    path("settings/mail/mailboxes/<int:pk>/", settings.mailbox, name="mailbox"),
    path("settings/mail/mailboxes/<int:pk>/try/", settings.try_mailbox, name="mailbox_try"),
    path("settings/mail/server/", settings.server, name="server"),
    path("settings/mail/server/try/", settings.try_server, name="server_try"),
    path("settings/mail/server/remove/", settings.remove_server, name="server_remove"),
    path("settings/mail/filters/new/", settings.rule, {"pk": 0}, name="filter_new"),
    path("settings/mail/filters/<int:pk>/", settings.rule, name="filter"),
    path("settings/mail/filters/<int:pk>/remove/", settings.remove_rule, name="filter_remove"),
    path("settings/mail/wording/", wording.index, name="wording"),
    path("settings/mail/wording/<str:key>/", wording.edit, name="word"),
    path("mail/in/", log.incoming, name="incoming"),
    path("mail/in/<int:pk>/", log.original, name="original"),
    path("mail/of/<int:entry_pk>/", log.original_of, name="original_of"),
    path("mail/in/<int:pk>/raw/", log.raw, name="raw"),
    path("mail/in/<int:pk>/retry/", log.retry, name="retry"),
    path("mail/in/<int:pk>/join/", log.join, name="join"),
    path("mail/out/", log.outgoing, name="outgoing"),
    path("mail/out/<int:pk>/", log.sent, name="sent"),
    path("mail/out/<int:pk>/retry/", log.send_again, name="send_again"),
]
