"""How numbers read: percent, intervals, counts, money, durations, tokens; alike wherever they stand.

The sentences around them are left to reports and pages.
"""

from __future__ import annotations

MISSING = "–"
"""Stands where there is no number."""


def figure(value: float | None, digits: int = 1) -> str:
    """Return a figure on the 0–100 scale, without a sign for what rounds to nothing.

    >>> figure(41.25), figure(-0.01), figure(None)
    ('41.2', '0.0', '–')
    """
    if value is None:
        return MISSING
    return f"{round(value, digits) + 0.0:.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a value of the 0–100 scale as a percentage.

    >>> percent(41.25), percent(None)
    ('41.2 %', '–')
    """
    return MISSING if value is None else f"{figure(value, digits)} %"


def interval(value: float | None, low: float | None, high: float | None, digits: int = 1) -> str:
    """Return a figure with its interval, or alone where it has none.

    >>> interval(41.2, 35, 47.61), interval(41.2, None, None), interval(None, None, None)
    ('41.2 [35.0–47.6]', '41.2', '–')
    """
    if value is None or low is None or high is None:
        return figure(value, digits)
    return f"{figure(value, digits)} [{figure(low, digits)}–{figure(high, digits)}]"


def signed(value: float | None, digits: int = 1) -> str:
    """Return a difference with its sign.

    >>> signed(3.21), signed(-0.55), signed(0.01), signed(None)
    ('+3.2', '−0.6', '0.0', '–')
    """
    if value is None:
        return MISSING
    size = figure(abs(value), digits)
    if float(size) == 0:
        return size
    return ("+" if value > 0 else "−") + size


def signed_interval(value: float | None, low: float | None, high: float | None) -> str:
    """Return a difference with its sign and interval, or alone where it has none.

    >>> signed_interval(1.5, -2.0, 5.0), signed_interval(1.5, None, None)
    ('+1.5 [−2.0, +5.0]', '+1.5')
    """
    if low is None or high is None:
        return signed(value)
    return f"{signed(value)} [{signed(low)}, {signed(high)}]"


def coefficient(value: float | None) -> str:
    """Return a coefficient of agreement.

    >>> coefficient(0.8154), coefficient(-0.125), coefficient(-0.001), coefficient(None)
    ('0.82', '−0.12', '0.00', '–')
    """
    return figure(value, 2).replace("-", "−")


def coefficient_interval(value: float | None, low: float | None, high: float | None) -> str:
    """Return a coefficient of agreement with its interval, or alone where it has none.

    >>> coefficient_interval(0.81, -0.02, 0.9), coefficient_interval(1.0, None, None)
    ('0.81 [−0.02 to 0.90]', '1.00')
    """
    if value is None or low is None or high is None:
        return coefficient(value)
    return f"{coefficient(value)} [{coefficient(low)} to {coefficient(high)}]"


def p_text(p: float | None) -> str:
    """Return a p in three digits.

    >>> p_text(0.04321), p_text(0.0001), p_text(None)
    ('0.043', '< 0.001', '–')
    """
    if p is None:
        return MISSING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def count(number: int | None) -> str:
    """Return a whole number with its thousands apart.

    >>> count(1234), count(None)
    ('1,234', '–')
    """
    return MISSING if number is None else f"{number:,}"


def plural(number: int, one: str, several: str = "") -> str:
    """Return a count and its noun, `several` where the plural is more than an s.

    >>> plural(1, "pair"), plural(1200, "pair"), plural(2, "reply", "replies")
    ('1 pair', '1,200 pairs', '2 replies')
    """
    return f"{count(number)} {one if number == 1 else several or one + 's'}"


def money(dollars: float | None) -> str:
    """Return an amount in US dollars: cents, or two significant digits where it is less than a cent.

    >>> money(1234.5), money(0.00234), money(0), money(None)
    ('$1,234.50', '$0.0023', '$0.00', '–')
    """
    if dollars is None:
        return MISSING
    if 0 < dollars < 0.01:
        return f"${dollars:.2g}" if dollars >= 0.0001 else "< $0.0001"
    return f"${dollars:,.2f}"


def duration(seconds: float | None) -> str:
    """Return a length of time in its two largest units.

    >>> duration(0.25), duration(59.6), duration(125), duration(7384), duration(200_000), duration(None)
    ('0.2 s', '1 min 00 s', '2 min 05 s', '2 h 03 min', '2 d 07 h', '–')
    """
    if seconds is None:
        return MISSING
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600:02d} h"


def tokens(number: int | None) -> str:
    """Return a number of tokens, from ten thousand on in thousands or millions.

    >>> tokens(9_999), tokens(12_345), tokens(999_960), tokens(2_345_678), tokens(None)
    ('9,999', '12.3 k', '1.0 M', '2.3 M', '–')
    """
    if number is None or number < 10_000:
        return count(number)
    if number < 999_950:
        return f"{number / 1000:.1f} k"
    return f"{number / 1_000_000:,.1f} M"
