"""What holds from a day to a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day to a day, both included; an open end is null."""

    def held_on(self, day):
        return self.filter(Q(from_on__isnull=True) | Q(from_on__lte=day)).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day)
        )


class OfUnitQuerySet(DatedQuerySet):
    """Rows of a unit: seen by whoever sees the unit."""

    def visible_to(self, user):
        units = self.model._meta.get_field("unit").related_model
        return self.filter(unit__in=units.objects.visible_to(user))
