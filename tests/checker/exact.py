"""Exact numbers: whole cents and whole seconds, read and rounded without a float anywhere."""

from decimal import Decimal, InvalidOperation

SECONDS_PER_HOUR = 3600


class NotExact(ValueError):
    """A value that is no exact number, or finer than what it has to be expressed in."""


def half_even(dividend, divisor):
    """The quotient of two integers, to the nearest integer, half to even."""
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    quotient, rest = divmod(dividend, divisor)
    if 2 * rest > divisor or (2 * rest == divisor and quotient % 2 == 1):
        return quotient + 1
    return quotient


def number(value):
    """A JSON number, or one in quotes, as a Decimal."""
    if isinstance(value, (bool, float)) or not isinstance(value, (int, str, Decimal)):
        raise NotExact(f"{value!r} is not an exact number")
    try:
        exact = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation as error:
        raise NotExact(f"{value!r} is not a number") from error
    if not exact.is_finite():
        raise NotExact(f"{value!r} is not a number")
    return exact


def cents(value):
    """An amount in major units as whole cents."""
    numerator, denominator = number(value).as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise NotExact(f"{value!r} is finer than a cent")
    return whole


def seconds(hours):
    """Hours as whole seconds."""
    numerator, denominator = number(hours).as_integer_ratio()
    return half_even(numerator * SECONDS_PER_HOUR, denominator)


def worth(worked, hourly):
    """What seconds come to in cents, at an hourly amount in major units."""
    numerator, denominator = number(hourly).as_integer_ratio()
    return half_even(worked * numerator * 100, SECONDS_PER_HOUR * denominator)


def money(whole_cents):
    """Cents as major units."""
    return Decimal(whole_cents).scaleb(-2)


def minutes(worked):
    """Seconds as minutes with two decimals."""
    return Decimal(half_even(worked * 100, 60)).scaleb(-2)


def ratio(dividend, divisor):
    """A quotient with four decimals; None when the divisor is zero."""
    if divisor == 0:
        return None
    return Decimal(half_even(dividend * 10_000, divisor)).scaleb(-4)


def per_cent(part, whole):
    """A share in per cent with two decimals."""
    return Decimal(half_even(part * 10_000, whole)).scaleb(-2)


def per_hour(whole_cents, worked):
    """Major units for each worked hour; None without hours."""
    if worked == 0:
        return None
    return money(half_even(whole_cents * SECONDS_PER_HOUR, worked))
