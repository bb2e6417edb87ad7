"""Rows of the source systems with what each adds to the figures, by record and month."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple, Optional

from figures import NOTHING, Sums, total


class Record(NamedTuple):
    """A client as one source system knows it."""

    source: str
    external_id: str


@dataclass(frozen=True)
class Row:
    """A document or worklog, or the part of it that is one record's."""

    component: str
    kind: str
    external_id: str
    day: str
    record: Optional[Record]
    sums: Sums
    # Whether another invoice of the same number, customer, day and total exists.
    twin: bool = False
    # Whether it is unbilled time with a price.
    priced: bool = False

    @property
    def month(self):
        return self.day[:7]


@dataclass(frozen=True)
class Refused:
    """A row that no figure may contain, and why."""

    kind: str
    external_id: str
    reason: str


class Ledger:
    """All rows; those without a record are the organisation's alone."""

    def __init__(self, rows):
        self.rows = rows
        self._by_place = defaultdict(list)
        for row in rows:
            self._by_place[row.record, row.month].append(row)
        self._sums = {place: total(row.sums for row in there) for place, there in self._by_place.items()}

    def months(self):
        """Every month from the first row to the last."""
        known = {row.month for row in self.rows}
        return list(months_between(min(known), max(known))) if known else []

    def rows_of(self, records, month):
        return [row for record in records for row in self._by_place.get((record, month), ())]

    def sums(self, records, months):
        """What the records come to over the months."""
        return total(self._sums.get((record, month), NOTHING) for record in records for month in months)

    def organization(self, months):
        """What everything comes to over the months, what belongs to no record included."""
        months = set(months)
        return total(sums for (_, month), sums in self._sums.items() if month in months)


def months_between(first, last):
    """The months from the first to the last, both included."""
    year, month = map(int, first.split("-"))
    while f"{year:04}-{month:02}" <= last:
        yield f"{year:04}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
