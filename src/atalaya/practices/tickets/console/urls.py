"""Addresses of tickets in the console (namespace `console:tickets`)."""

from __future__ import annotations

from django.urls import path

from atalaya.practices.tickets.console import (
    editing,
    linking,
    opening,
    page,
    people,
    resolving,
    states,
    tasks,
    writing,
)

T = "tickets/<str:number>/"

urlpatterns = [
    path("tickets/new/", opening.new, name="new"),
    path("tickets/new/requester/", opening.requester, name="new_requester"),
    path("settings/states/", states.index, name="states"),
    path("settings/states/new/", states.edit, {"pk": 0}, name="state_new"),
    path("settings/states/<int:pk>/", states.edit, name="state_edit"),
    path("tickets/options/", linking.options, name="options"),
    path(T, page.show, name="page"),
    path(T + "write/", writing.write, name="write"),
    path(T + "edit/<slug:field>/", editing.edit, name="edit"),
    path(T + "details/", editing.details, name="details"),
    path(T + "take/", editing.take, name="take"),
    path(T + "hand-over/", editing.hand_over_to, name="hand_over"),
    path(T + "snooze/", editing.snooze, name="snooze"),
    path(T + "resolve/", resolving.resolve, name="resolve"),
    path(T + "close/", resolving.close, name="close"),
    path(T + "reopen/", resolving.reopen, name="reopen"),
    path(T + "bin/", resolving.put_away, name="bin"),
    path(T + "restore/", resolving.restore, name="restore"),
    path(T + "merge/", linking.merge, name="merge"),
    path(T + "unmerge/", linking.unmerge, name="unmerge"),
    path(T + "link/", linking.link, name="link"),
    path(T + "unlink/<int:pk>/", linking.unlink, name="unlink"),
    path(T + "split/<int:pk>/", linking.split, name="split"),
    path(T + "redact/<int:pk>/", linking.redact, name="redact"),
    path(T + "people/", people.add, name="people_add"),
    path(T + "people/<int:pk>/remove/", people.remove, name="people_remove"),
    path(T + "follow/", people.follow, name="follow"),
    path(T + "tasks/", tasks.add, name="task_add"),
    path(T + "tasks/checklist/", tasks.checklist, name="checklist"),
    path(T + "tasks/<int:pk>/tick/", tasks.tick, name="task_tick"),
    path(T + "tasks/<int:pk>/remove/", tasks.remove, name="task_remove"),
    path(T + "promise/", tasks.promise, name="promise"),
    path(T + "promise/<int:pk>/keep/", tasks.keep, name="promise_keep"),
]
