"""Teams with their tier, who is in them, and the roles people hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models.persons import Organisation, Person
from atalaya.kernel import clock
from atalaya.kernel.languages import say

if TYPE_CHECKING:
    from atalaya.core.people.models.actors import Actor


class TeamQuerySet(models.QuerySet["Team"]):
    """Words for choosing teams."""

    def visible_to(self, viewer: Actor) -> Self:
        """Teams are no secret to whoever may see people; requesters see only names on tickets."""
        return self if viewer.may("people.see") else self.none()

    def active(self) -> Self:
        """Teams that still take work."""
        return self.filter(is_active=True)


class Team(models.Model):
    """A group that owns tickets, with its level of support."""

    class Tier(models.IntegerChoices):
        """The level of support a team gives."""

        ONE = 1, _("Tier 1")
        TWO = 2, _("Tier 2")
        THREE = 3, _("Tier 3")

    id: int
    name = models.CharField(max_length=120)
    tier = models.SmallIntegerField(choices=Tier.choices, default=Tier.ONE)
    description = models.CharField(max_length=300, blank=True, default="")
    lead = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads"
    )
    calendar = models.ForeignKey(
        "calendars.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    sender_name = models.CharField(max_length=120, blank=True, default="")
    signature = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    members = models.ManyToManyField(Person, through="Membership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="people_team_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a team."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], name="people_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


class RoleQuerySet(models.QuerySet["Role"]):
    """Words for choosing roles."""

    def visible_to(self, viewer: Actor) -> Self:
        """What roles there are is for who works here."""
        return self if viewer.is_agent else self.none()


class Role(models.Model):
    """A named set of permissions. ``*`` stands for every permission."""

    id: int
    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    permissions = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    is_builtin = models.BooleanField(default=False)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    def __str__(self) -> str:
        return say(self.names) or self.key


class GrantQuerySet(models.QuerySet["Grant"]):
    """Words for choosing grants."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who may see people; else one's own."""
        if viewer.may("people.see"):
            return self
        return self.filter(person=viewer.person) if viewer.person is not None else self.none()


class Grant(models.Model):
    """A person holds a role: everywhere, in one team, or for one organisation."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "team", "organisation"],
                name="people_grant_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role_id}"
