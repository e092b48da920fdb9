"""What a client's YAML says: who, when, what; checked in one place, all problems at once."""

from __future__ import annotations

import base64
import mimetypes
import re
import zoneinfo
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from babel.numbers import is_currency
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from slugify import slugify

from segbook.errors import ParamsError, Problem, nearest
from segbook.periods import Period
from segbook.schema import TABLES

Lang = Literal["ru", "en"]
REPORTS: tuple[str, ...] = ("segmentation", "movement", "csi_review", "ab_test")


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _currency(value: str) -> str:
    if not is_currency(value.upper()):
        raise ValueError("a currency code of ISO 4217 such as RUB, EUR or USD")
    return value.upper()


def _timezone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError(
            nearest(value, ["UTC", "Europe/Moscow", "Asia/Yekaterinburg"]).replace("one of", "such as")
        )
    return value


def _known(*names: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in names:
            raise ValueError(nearest(value, names))
        return value

    return AfterValidator(check)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(_Section):
    """The look of the cover.

    Attributes
    ----------
    logo
        Image file, relative to the YAML file; svg, png or jpg.
    color
        Accent colour as ``#RRGGBB``.
    """

    logo: Path | None = None
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#0B6E4F"


class Format(_Section):
    """How a file is written; whatever is absent is detected and said in the report.

    Attributes
    ----------
    encoding
        Such as ``utf-8``, ``cp1251``, ``utf-16``.
    delimiter
        One character, or ``whitespace`` for columns padded with blanks.
    decimal
        ``.`` or ``,``.
    dates
        A strptime pattern such as ``%d.%m.%Y``, or the word ``day_first`` or ``month_first``.
    sheet
        Name or number (from 1) of the sheet of a workbook.
    header
        Number of the header's row (from 1); 0 when the file has none and ``columns`` gives numbers.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    dates: str | None = None
    sheet: str | int | None = None
    header: Annotated[int, Field(ge=0)] | None = None


class Source(_Section):
    """Where one canonical table comes from.

    Attributes
    ----------
    path
        One file, a glob, or a list of them, relative to the YAML file: csv, tsv, txt, xls, xlsx, ods,
        parquet.
    url, table
        A database any Ibis backend opens, and its table; ``${NAME}`` is read from the environment.
    columns
        Canonical name to the client's own header (or to its number from 1 when there is no header row).
        A header equal to the canonical name needs no mapping.
    where
        Rows to keep, as an SQL condition on the client's own headers; the rest is counted in the
        report.
    duplicates
        What to do with rows equal in every mapped column: ``keep`` them (they may be genuine) or ``drop``
        them.
    """

    path: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    url: str | None = None
    table: str | None = None
    columns: Mapping[str, str | int] = {}
    format: Format = Format()
    where: str | None = None
    duplicates: Literal["keep", "drop"] = "keep"


class Metric(_Section):
    """One metric of an experiment: its type, whether it decides, its tolerated loss."""

    type: Literal["proportion", "mean", "money", "ratio", "guardrail"]
    primary: bool = False
    margin: float | None = None
    numerator: str | None = None
    denominator: str | None = None


class Experiment(_Section):
    """One A/B test: the control's name and its metrics."""

    control: str
    metrics: Mapping[str, Metric]


class Surveys(_Section):
    """The satisfaction scale and the answers that attract and detract, ends included."""

    scale: tuple[int, int] = (1, 10)
    attract: tuple[int, int] = (8, 10)
    detract: tuple[int, int] = (1, 3)


class Params(_Section):
    """One client, as the YAML says.

    Attributes
    ----------
    client
        Name shown in the report; its transliteration names the folder.
    purpose
        The task of this segmentation: every report states it.
    language
        ``ru``, ``en`` or both.
    currency, timezone, fiscal_year_start
        Of the client; times with a zone are converted to ``timezone`` first.
    period
        Default period.
    history_months
        How far back orders count; absent: all history up to the end of the period.
    rates
        Currency to its price in ``currency``, when orders come in several currencies.
    brand, reports, sources, models, experiments, surveys
        See their classes; ``models`` holds each model's own parameters.
    file
        The YAML file these came from.
    """

    client: Annotated[str, Field(min_length=1, max_length=200)]
    purpose: Annotated[str, Field(min_length=1, max_length=300)]
    language: Annotated[tuple[Lang, ...], BeforeValidator(_one_or_more), Field(min_length=1)] = ("ru",)
    currency: Annotated[str, AfterValidator(_currency)] = "RUB"
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    period: Annotated[str, BeforeValidator(str)] | None = None
    history_months: Annotated[int, Field(ge=1)] | None = None
    rates: Mapping[str, Annotated[float, Field(gt=0)]] = {}
    brand: Brand = Brand()
    reports: tuple[Annotated[str, _known(*REPORTS)], ...] = ()
    sources: Annotated[Mapping[Annotated[str, _known(*TABLES)], Source], Field(min_length=1)]
    models: Mapping[str, Mapping[str, Any]] = {}
    experiments: Mapping[str, Experiment] = {}
    surveys: Surveys = Surveys()
    file: Annotated[Path, Field(exclude=True)] = Path("params.yaml")

    @property
    def slug(self) -> str:
        """Folder name of the client: ASCII, lower case, never empty.

        Examples
        --------
        >>> Params(client="ООО «Ромашка»/..", purpose="-", sources={"orders": {}}).slug
        'ooo-romashka'
        """
        return slugify(self.client, max_length=60) or "client-" + self.client.encode().hex()[:12]

    def resolve(self, path: str | Path) -> Path:
        """Give a path of the YAML as seen from the YAML's folder."""
        return self.file.parent / path

    def period_of(self, text: str | None = None) -> Period:
        """Give the period asked for, else the YAML's own.

        Raises
        ------
        ParamsError
            There is neither, or it cannot be read.
        """
        chosen = text or self.period
        if not chosen:
            raise ParamsError(
                [Problem(f"{self.file.name}: period", "nothing", "given here or by --period, such as 2026Q3")]
            )
        return Period.parse(chosen, self.fiscal_year_start, where=f"{self.file.name}: period")


class _Loader(yaml.SafeLoader):
    """YAML in which a key written twice is an error, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key.value}' twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_params(path: str | Path, overrides: Mapping[str, str] | None = None) -> Params:
    """Read and check a client's YAML.

    Parameters
    ----------
    path
        The YAML file.
    overrides
        Dotted key to a value in YAML, laid over the file: ``{"models.rfm.levels": "2"}``.

    Returns
    -------
    Params

    Raises
    ------
    ParamsError
        Every problem of the file at once: unknown keys with the nearest allowed name, wrong types,
        a key written twice, a file that cannot be read.
    """
    path = Path(path)
    raw = _read_yaml(path)
    for key, value in (overrides or {}).items():
        _lay_over(raw, key, yaml.load(value, _Loader))  # noqa: S506 - a SafeLoader
    try:
        params = Params.model_validate({**raw, "file": path.absolute()})
    except ValidationError as error:
        raise ParamsError(explain(error, path.name, Params)) from None
    problems = list(_source_problems(params))
    if problems:
        raise ParamsError(problems)
    return params


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ParamsError(
            [Problem(str(path), error.strerror or str(error), "a readable YAML file")]
        ) from None
    except UnicodeDecodeError:
        raise ParamsError(
            [Problem(str(path), "text that is not UTF-8", "a YAML file saved as UTF-8")]
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        raise ParamsError(
            [Problem(where, getattr(error, "problem", None) or str(error), "valid YAML")]
        ) from None
    if not isinstance(raw, dict) or "file" in raw:
        found = "the key 'file'" if isinstance(raw, dict) else f"{type(raw).__name__}"
        raise ParamsError([Problem(path.name, found, nearest("client", _fields(Params)) + ", as key: value")])
    return raw


def _lay_over(raw: dict[str, Any], key: str, value: object) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        inner = raw.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise ParamsError([Problem(f"--set {key}", f"a value at '{parent}'", "a section")])
        raw = inner
    raw[last] = value


def parse_overrides(lines: Iterable[str]) -> dict[str, str]:
    """Read ``key=value`` lines.

    Raises
    ------
    ParamsError
        A line without ``=``.

    Examples
    --------
    >>> parse_overrides(["models.rfm.levels=2"])
    {'models.rfm.levels': '2'}
    """
    pairs = [line.partition("=") for line in lines if line.strip()]
    wrong = [key for key, sign, _ in pairs if not sign or not key.strip()]
    if wrong:
        raise ParamsError(
            [Problem("--set", repr(each), "key=value, such as models.rfm.levels=2") for each in wrong]
        )
    return {key.strip(): value for key, _, value in pairs}


def logo_uri(params: Params) -> str | None:
    """Give the client's logo as a data URI, or nothing when there is none.

    Raises
    ------
    ParamsError
        The file cannot be read.
    """
    if params.brand.logo is None:
        return None
    path = params.resolve(params.brand.logo)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    except OSError as error:
        where = f"{params.file.name}: brand.logo"
        raise ParamsError(
            [Problem(where, f"{path.name}: {error.strerror}", "a readable svg, png or jpg file")]
        ) from None


def _source_problems(params: Params) -> list[Problem]:
    problems = []
    for name, source in params.sources.items():
        where = f"{params.file.name}: sources.{name}"
        if bool(source.path) == bool(source.url) or (source.url and not source.table):
            problems.append(Problem(where, "no single origin", "either path, or url and table"))
        known = TABLES[name]
        free = name == "experiments"
        problems += [
            Problem(f"{where}.columns", f"'{each}'", nearest(each, known))
            for each in source.columns
            if each not in known and not free
        ]
    return problems


def _fields(section: object) -> list[str]:
    """Give the names a section of the YAML may hold, however deep its type is wrapped."""
    fields = getattr(section, "model_fields", None) or getattr(section, "__pydantic_fields__", None)
    return [name for name in fields if name != "file"] if fields else []


def explain(error: ValidationError, file: str, section: object, prefix: str = "") -> list[Problem]:
    """Turn pydantic's errors into problems in the words of the YAML.

    Parameters
    ----------
    error
        What pydantic raised.
    file, prefix
        Place of the section: file name, and the dotted path of ``section`` in it.
    section
        The pydantic class that was checked; its fields are the allowed names.

    Returns
    -------
    list of Problem
    """
    problems = []
    for each in error.errors():
        loc = [str(part) for part in each["loc"] if part != "[key]"]
        where = f"{file}: {'.'.join(filter(None, [prefix, *loc]))}"
        if each["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
            problems.append(
                Problem(
                    where, f"unknown key '{loc[-1]}'", nearest(loc[-1], _fields(_inner(section, loc[:-1])))
                )
            )
        elif each["type"] in {"missing", "missing_argument"}:
            problems.append(Problem(where, "nothing", "given"))
        else:
            message = re.sub(r"^(Value error, |Input should be (a )?)", "", each["msg"])
            problems.append(Problem(where, repr(each["input"]), message[:1].lower() + message[1:]))
    return problems


def _inner(section: object, loc: list[str]) -> object:
    """Follow a path of keys through the sections to the class that holds the last one."""
    if isinstance(section, type) and issubclass(section, BaseModel):
        if not loc:
            return section
        field = section.model_fields.get(loc[0])
        return _inner(field.annotation, loc[1:]) if field else None
    arguments = getattr(section, "__args__", ())
    inside = [each for each in arguments if each is not type(None) and each is not str]
    mapping = getattr(section, "__origin__", None) is not None and len(arguments) == 2 and len(loc) > 0
    return _inner(inside[-1], loc[1:] if mapping else loc) if inside else section
