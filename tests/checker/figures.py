"""What is summed, and the figures that follow from the sums."""

from typing import NamedTuple

import exact


class Sums(NamedTuple):
    """Money in cents, time in seconds."""

    service_revenue: int = 0
    product_revenue: int = 0
    labour_cost: int = 0
    product_cost: int = 0
    worked: int = 0
    uncosted: int = 0
    unbilled: int = 0
    unapproved: int = 0
    unpriced: int = 0
    sales_documents: int = 0
    worklogs: int = 0
    expense_lines: int = 0

    def __add__(self, other):
        return Sums(*map(sum, zip(self, other)))

    @property
    def revenue(self):
        return self.service_revenue + self.product_revenue

    @property
    def margin(self):
        return self.revenue - self.labour_cost - self.product_cost


NOTHING = Sums()


def total(parts):
    """The sum of many."""
    return Sums(*map(sum, zip(*parts)))


def figures(sums):
    """The figures of the API by the path at which it shows them."""
    return {
        "revenue": exact.money(sums.revenue),
        "serviceRevenue": exact.money(sums.service_revenue),
        "productRevenue": exact.money(sums.product_revenue),
        "labourCost": exact.money(sums.labour_cost),
        "productCost": exact.money(sums.product_cost),
        "grossMargin": exact.money(sums.margin),
        "grossMarginRatio": exact.ratio(sums.margin, sums.revenue),
        "workedMinutes": exact.minutes(sums.worked),
        "uncostedMinutes": exact.minutes(sums.uncosted),
        "unbilled": exact.money(sums.unbilled),
        "unapproved": exact.money(sums.unapproved),
        "unpricedMinutes": exact.minutes(sums.unpriced),
        "effectiveHourlyRate.gross": exact.per_hour(sums.revenue, sums.worked),
        "effectiveHourlyRate.netOfCost": exact.per_hour(sums.revenue - sums.product_cost, sums.worked),
        "effectiveHourlyRate.labour": exact.per_hour(sums.service_revenue, sums.worked),
        "completeness.costedShare": exact.ratio(sums.worked - sums.uncosted, sums.worked),
        "completeness.labourCostComplete": sums.uncosted == 0,
        "rows.revenue": sums.sales_documents,
        "rows.labour": sums.worklogs,
        "rows.products": sums.expense_lines,
    }


def score(sums):
    """What is left of 100 of revenue, and what labour and products take; None without revenue."""
    if sums.revenue <= 0:
        return {"score.score": None, "score.labour": None, "score.products": None}
    labour = exact.per_cent(sums.labour_cost, sums.revenue)
    products = exact.per_cent(sums.product_cost, sums.revenue)
    return {"score.score": 100 - labour - products, "score.labour": labour, "score.products": products}


# Amounts add up over clients to the last cent; so does time, unless its minutes were rounded.
AMOUNTS = (
    "revenue",
    "serviceRevenue",
    "productRevenue",
    "labourCost",
    "productCost",
    "grossMargin",
    "unbilled",
    "unapproved",
)
TIMES = ("workedMinutes", "uncostedMinutes", "unpricedMinutes")
