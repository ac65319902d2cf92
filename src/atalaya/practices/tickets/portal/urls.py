"""The requester's pages about tickets."""

from __future__ import annotations

from django.urls import path

from atalaya.practices.tickets.portal import views, writing

urlpatterns = [
    path("tickets/", views.mine, name="mine"),
    path("tickets/report/", writing.report, name="report"),
    path("tickets/ask/", writing.ask, name="ask"),
    path("tickets/<str:number>/", views.page, name="page"),
    path("tickets/<str:number>/answer/", writing.answer, name="answer"),
    path("tickets/<str:number>/close/", writing.close, name="close"),
    path("tickets/<str:number>/reopen/", writing.reopen, name="reopen"),
    path("guest/<str:token>/", views.guest, name="guest"),
]
