"""What the cells of a column prove about its decimal mark and its order of day and month."""

from __future__ import annotations

from typing import Literal

from segbook.data.intake.cells import FROM_WORKBOOK, Mark, matches


def decimal_counts(n: str) -> dict[str, str]:
    """Give SQL aggregates over cleaned numbers that tell which mark is the decimal one.

    Parameters
    ----------
    n
        SQL of the cleaned number.

    Returns
    -------
    dict of str to str
        ``comma`` and ``point`` count proofs; ``doubt_comma`` and ``doubt_point`` give a value that could
        be read both ways, such as ``1,234``.
    """
    counts = {}
    for name, mark, group in (("comma", ",", "\\."), ("point", "\\.", ",")):
        sure = (
            rf"\d+{mark}(?:\d{{1,2}}|\d{{4,}})|(?:\d{{4,}}|0\d*|\d{{1,3}}(?: \d{{3}})+){mark}\d+|{mark}\d+"
            rf"|\d{{1,3}}(?:{group}\d{{3}})+{mark}\d+|\d{{1,3}}(?:{group}\d{{3}}){{2,}}|\d+{mark}\d+[eE][+-]?\d+"
        )
        pattern = rf"[-+( ]*(?:{sure})(?:[eE][+-]?\d+)?[-) ]*"
        proof = f"{matches(n, pattern)} AND NOT {matches(n, FROM_WORKBOOK)}"
        counts[name] = f"count(*) FILTER ({proof})"
        doubt = rf"[-+( ]*[1-9]\d{{0,2}}{mark}\d{{3}}[-) ]*"
        counts[f"doubt_{name}"] = f"min({n}) FILTER ({matches(n, doubt)})"
    return counts


def decide_decimal(comma: int, point: int) -> Mark | None:
    """Choose the decimal mark by its proofs; None when there is none, or as many against.

    Examples
    --------
    >>> decide_decimal(120, 0), decide_decimal(0, 0)
    (',', None)
    """
    if comma > 20 * point:
        return ","
    return "." if point > 20 * comma else None


def date_counts(p: str) -> dict[str, str]:
    """Give SQL aggregates over the parts of dates that tell whether the day comes first.

    Parameters
    ----------
    p
        SQL of the parts.

    Returns
    -------
    dict of str to str
        ``day_first`` and ``month_first`` count proofs (a number over 12), ``doubt`` the dates that have
        two readings, ``example`` is one of these, ``forms`` lists the patterns met, with A and B for
        what is day and month or month and day.
    """
    a, b = f"try_cast({p}.a AS INTEGER)", f"try_cast({p}.b AS INTEGER)"
    doubt = f"{p}.a <> '' AND {a} <> {b} AND {a} <= 12 AND {b} <= 12"
    year = f"CASE length({p}.y2) WHEN 4 THEN '%Y' ELSE '%y' END"
    form = (
        f"CASE WHEN {p}.y <> '' THEN '%Y' || {p}.s1 || '%m' || {p}.s2 || '%d' "
        f"WHEN {p}.cy <> '' THEN '%Y%m%d' WHEN {p}.serial <> '' THEN 'serial' "
        f"WHEN {p}.a <> '' THEN 'A' || {p}.s3 || 'B' || {p}.s4 || {year} END"
    )
    return {
        "day_first": f"count(*) FILTER ({a} > 12 AND {b} <= 12)",
        "month_first": f"count(*) FILTER ({b} > 12 AND {a} <= 12)",
        "doubt": f"count(*) FILTER ({doubt})",
        "example": f"min({p}.a || {p}.s3 || {p}.b || {p}.s4 || {p}.y2) FILTER ({doubt})",
        "forms": f"list(DISTINCT {form})",
    }


def decide_order(day_first: int, month_first: int) -> Literal["day_first", "month_first"] | None:
    """Choose the order by its proofs; None when there is none, or as many against.

    Examples
    --------
    >>> decide_order(0, 3), decide_order(5, 5)
    ('month_first', None)
    """
    if day_first > 20 * month_first:
        return "day_first"
    return "month_first" if month_first > 20 * day_first else None
