"""The language of rules, such as ``age < 35 and city in ('Омск',)``: read safely, said back when wrong."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Literal

import pandas as pd

from segbook.errors import nearest
from segbook.models.levels import clean, fold

Kind = Literal["number", "text", "date", "any"]
Wrong = tuple[str, str]
"""What was found, and what is allowed."""

EXAMPLE = "a condition such as age < 35 and (gender == 'f' or city in ('Москва', 'Казань'))"
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_MIRROR = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_ORDER = tuple(_MIRROR)
_MEMBER = (ast.In, ast.NotIn)


@dataclass(frozen=True)
class Known:
    """A name a condition may use.

    Parameters
    ----------
    kind
        ``number``, ``text``, ``date``, or ``any`` when only the data will tell.
    values
        The only values it can have, such as a model's segments; empty: any.
    """

    kind: Kind
    values: Sequence[str] = ()


def names_in(condition: str) -> set[str]:
    """Give the names a condition uses; none when it cannot be read.

    Examples
    --------
    >>> sorted(names_in("rfm == 'champions' and age < 35"))
    ['age', 'rfm']
    """
    tree = _parse(condition)
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} if tree else set()


def problems_of(condition: str, known: Mapping[str, Known]) -> list[Wrong]:
    """Give everything that is wrong with a condition.

    Parameters
    ----------
    condition
        Comparisons by ``< <= > >= == !=``, ``in`` and ``not in`` with a list; ``and``, ``or``, ``not`` and
        parentheses; a yes/no column stands alone.
    known
        The names that may be used.

    Returns
    -------
    list of (found, must be)
        Empty when it can be evaluated.

    Examples
    --------
    >>> problems_of("agge < 35", {"age": Known("number")})
    [("'agge'", "'age' (one of: age)")]
    >>> problems_of("age.max() > 3", {"age": Known("number")})[0][0]
    'age.max() > 3'
    """
    tree = _parse(condition)
    return list(_wrong(tree, known)) if tree else [(f"'{condition}'", EXAMPLE)]


def evaluate(condition: str, values: Mapping[str, pd.Series], index: pd.Index) -> pd.Series[bool]:
    """Tell of each customer whether a condition holds.

    A comparison with a missing value is neither true nor false, and so is its negation: what cannot be
    known puts nobody into a segment.

    Parameters
    ----------
    condition
        Without `problems_of`.
    values
        Name to values: floats, dates, or texts, missing as NaN; flags are the texts ``yes`` and ``no``.
    index
        The customers.

    Returns
    -------
    Series
        Over ``index``.

    Examples
    --------
    >>> ages = pd.Series([20.0, 50.0, float("nan")])
    >>> evaluate("not (age < 35)", {"age": ages}, ages.index).tolist()
    [False, True, False]
    """
    tree = _parse(condition)
    if tree is None:
        raise ValueError(condition)
    return _holds(tree, values, index).fillna(False).astype(bool)


def _parse(condition: str) -> ast.expr | None:
    try:
        return ast.parse(condition.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _wrong(node: ast.expr, known: Mapping[str, Known]) -> Iterator[Wrong]:
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                yield from _wrong(part, known)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from _wrong(inner, known)
        case ast.Compare(left=left, ops=ops, comparators=others):
            for a, op, b in zip([left, *others], ops, others, strict=False):
                yield from _wrong_pair(a, op, b, known)
        case ast.Name(id=name):
            yield from _wrong_name(name, known)
            if known.get(name, Known("any")).kind in ("number", "date"):
                yield f"'{name}' alone", f"a comparison such as {name} > 0"
        case _:
            yield ast.unparse(node), EXAMPLE


def _wrong_pair(
    left: ast.expr, op: ast.cmpop, right: ast.expr, known: Mapping[str, Known]
) -> Iterator[Wrong]:
    said = ast.unparse(ast.Compare(left, [op], [right]))
    sides = [each for each in (left, right) if isinstance(each, ast.Name)]
    for side in sides:
        yield from _wrong_name(side.id, known)
    if not sides or isinstance(op, ast.Is | ast.IsNot):
        yield said, EXAMPLE
        return
    if any(side.id not in known for side in sides):
        return
    if len(sides) == 2:
        kinds = {known[side.id].kind for side in sides} - {"any"}
        if isinstance(op, _MEMBER) or len(kinds) > 1 or ("text" in kinds and isinstance(op, _ORDER)):
            yield said, "two names of one kind (texts by == or !=), or a name and a value"
        return
    literals = _literals(right if sides[0] is left else left, op)
    if literals is None:
        yield said, "a name with a list such as ('a', 'b')" if isinstance(op, _MEMBER) else EXAMPLE
    else:
        for value in literals:
            yield from _wrong_value(said, op, value, sides[0].id, known[sides[0].id])


def _wrong_value(said: str, op: ast.cmpop, value: object, name: str, known: Known) -> Iterator[Wrong]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if known.kind == "number" and not is_number:
        yield said, f"a number to compare {name} with"
    elif known.kind == "date" and _day(value) is None:
        yield said, f"a day such as '2026-01-31' to compare {name} with"
    elif known.kind == "text" and isinstance(op, _ORDER):
        yield said, f"{name} compared by ==, != or in: it is a text"
    elif known.values and fold(_word(value)) not in {fold(each) for each in known.values}:
        yield f"{name} == {value!r}", nearest(str(value), known.values)


def _wrong_name(name: str, known: Mapping[str, Known]) -> Iterator[Wrong]:
    if name not in known:
        yield f"'{name}'", nearest(name, known)


def _literals(node: ast.expr, op: ast.cmpop) -> list[Any] | None:
    """Give the values of a literal, of a list of them for ``in``; None for anything else."""
    if isinstance(op, _MEMBER) and not isinstance(node, ast.Tuple | ast.List | ast.Set):
        return None
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    values = list(found) if isinstance(op, _MEMBER) else [found]
    return values if all(isinstance(each, str | int | float) for each in values) else None


def _holds(node: ast.expr, values: Mapping[str, pd.Series], index: pd.Index) -> pd.Series:
    match node:
        case ast.BoolOp(op=op, values=parts):
            join = operator.and_ if isinstance(op, ast.And) else operator.or_
            return reduce(join, (_holds(part, values, index) for part in parts))
        case ast.UnaryOp(operand=inner):
            return ~_holds(inner, values, index)
        case ast.Compare(left=left, ops=ops, comparators=others):
            pairs = zip([left, *others], ops, others, strict=False)
            return reduce(operator.and_, (_pair(a, op, b, values) for a, op, b in pairs))
        case ast.Name(id=name):
            return _known(values[name].map(fold, na_action="ignore") == "yes", values[name])
    raise ValueError(ast.unparse(node))


def _pair(left: ast.expr, op: ast.cmpop, right: ast.expr, values: Mapping[str, pd.Series]) -> pd.Series:
    if not isinstance(left, ast.Name):
        left, right, op = right, left, _MIRROR.get(type(op), type(op))()
    series = _comparable(values[ast.unparse(left)])
    if isinstance(right, ast.Name):
        other = _comparable(values[right.id])
        return _known(_COMPARE[type(op)](series, other), series).where(other.notna())
    literals = [_like(value, series) for value in _literals(right, op) or []]
    if isinstance(op, _MEMBER):
        found = series.isin(literals)
        return _known(~found if isinstance(op, ast.NotIn) else found, series)
    return _known(_COMPARE[type(op)](series, literals[0]), series)


def _known(holds: pd.Series, of: pd.Series) -> pd.Series:
    return holds.astype("boolean").where(of.notna())


def _comparable(series: pd.Series) -> pd.Series:
    """Give texts folded, so that case, blanks and ё do not matter."""
    return series if _kind(series) != "text" else series.map(fold, na_action="ignore")


def _kind(series: pd.Series) -> Kind:
    if pd.api.types.is_datetime64_any_dtype(series):
        return "date"
    return "number" if pd.api.types.is_numeric_dtype(series) else "text"


def kinds_of(values: Mapping[str, pd.Series]) -> dict[str, Known]:
    """Give what is known of names once their values are there."""
    return {name: Known(_kind(series)) for name, series in values.items()}


def prepared(series: pd.Series) -> pd.Series:
    """Give values a condition can compare: flags and categories become texts."""
    if pd.api.types.is_datetime64_any_dtype(series):
        return series
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.astype(float)
    return clean(series.astype(object))


def _like(value: object, series: pd.Series) -> Any:
    kind = _kind(series)
    if kind == "date":
        return pd.Timestamp(str(value))
    return float(str(value)) if kind == "number" else fold(_word(value))


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _day(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if isinstance(value, str) else None
    except ValueError:
        return None
