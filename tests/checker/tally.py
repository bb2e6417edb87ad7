"""Counting what was compared and keeping what differs."""

from collections import Counter, namedtuple
from decimal import Decimal

Difference = namedtuple("Difference", "where figure expected shown")


class Absent:
    """Stands for a figure that an answer does not have."""

    def __repr__(self):
        return "nothing"


ABSENT = Absent()


class Tally:
    """What was compared, by figure."""

    def __init__(self):
        self.compared = Counter()
        self.differences = []

    def compare(self, where, figure, expected, shown):
        self.compared[figure] += 1
        if not same(expected, shown):
            self.differences.append(Difference(where, figure, expected, shown))

    def compare_all(self, where, expected, answer):
        """Compares figures with what an answer shows at their paths."""
        for figure, value in expected.items():
            self.compare(where, figure, value, at(answer, figure))

    @property
    def total(self):
        return self.compared.total()


def at(answer, path):
    """What stands at a dotted path; under a null everything is null."""
    for name in path.split("."):
        if answer is None:
            return None
        if not isinstance(answer, dict) or name not in answer:
            return ABSENT
        answer = answer[name]
    return answer


def same(expected, shown):
    """Equal to the last digit, and of the same nature: a number in quotes is no number."""
    if isinstance(expected, bool) or isinstance(shown, bool):
        return expected is shown
    if is_number(expected) and is_number(shown):
        return expected == shown
    return type(expected) is type(shown) and expected == shown


def is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
