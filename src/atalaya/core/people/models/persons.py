"""Persons with their addresses and phones, organisations and sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models.actors import Actor


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Words for choosing organisations."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who may see people; else one's own."""
        if viewer.may("people.see"):
            return self
        if viewer.person is None or viewer.person.organisation_id is None:
            return self.none()
        return self.filter(pk=viewer.person.organisation_id)


class Organisation(models.Model):
    """A company or a part of one; people belong to it, mail domains lead to it."""

    id: int
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    domains = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    note = models.TextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    external_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="people_organisation_name")]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    """Words for choosing sites."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who may see people; else one's own."""
        if viewer.may("people.see"):
            return self
        if viewer.person is None or viewer.person.site_id is None:
            return self.none()
        return self.filter(pk=viewer.person.site_id)


class Site(models.Model):
    """A place where people work."""

    id: int
    name = models.CharField(max_length=120, unique=True)
    zone = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    is_active = models.BooleanField(default=True)

    objects = SiteQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    """Words for choosing people."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who may see people; else oneself and the people of one's own requests' teams."""
        if viewer.may("people.see"):
            return self
        if viewer.person is None:
            return self.none()
        return self.filter(pk=viewer.person.pk)

    def present(self) -> Self:
        """Active people that were not merged into another."""
        return self.filter(is_active=True, merged_into__isnull=True)

    def agents(self) -> Self:
        """People who belong to a team."""
        return self.filter(memberships__isnull=False).distinct()


class Person(models.Model):
    """Somebody: requester, agent or both. What he may do comes from his grants."""

    class Language(models.TextChoices):
        """Languages a person may be written to in."""

        ENGLISH = "en", _("English")
        SPANISH = "es", _("Spanish")

    id: int
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, choices=Language.choices, blank=True, default="")
    zone = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")
    department = models.CharField(max_length=120, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    is_vip = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    external_id = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    anonymised_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(Lower("name"), name="people_person_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The address to write to, or an empty string."""
        found = sorted(self.addresses.all(), key=lambda one: (not one.is_primary, one.pk))
        return found[0].value if found else ""


class Address(models.Model):
    """A mail address of a person; an address belongs to one person only."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    value = models.EmailField(max_length=254)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("value"), name="people_address_once"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(is_primary=True), name="people_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Phone(models.Model):
    """A phone number of a person, as it is written."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    value = models.CharField(max_length=40)
    digits = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return self.value


class Absence(models.Model):
    """Out of office, with who takes over meanwhile."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    substitute = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="substitutes"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="people_absence_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d}"
