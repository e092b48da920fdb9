"""What a client's YAML says: who, when, what; checked in one place, all problems at once."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from babel.numbers import is_currency
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from slugify import slugify

from segbook.errors import ParamsError, Problem, nearest
from segbook.params.comparing import Movement
from segbook.params.costs import Costs
from segbook.params.experiment import Experiment
from segbook.params.playbook import Playbook, Spoken
from segbook.params.scale import Surveys
from segbook.periods import Period
from segbook.schema import TABLES, mapping_problems
from segbook.yamlfile import explain, fields_of, lay_over, read_yaml

Lang = Literal["ru", "en"]
Part = str | Annotated[int, Field(ge=1)]
Wish = str | Annotated[int, Field(ge=0)] | Annotated[tuple[Part, ...], Field(min_length=1)]
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


def _country(value: str) -> str:
    from holidays import list_supported_countries

    if value.upper() not in list_supported_countries():
        raise ValueError("a country code of ISO 3166 such as RU, BY, KZ or DE")
    return value.upper()


def _dates(value: str) -> str:
    if "%" not in value and value not in {"day_first", "month_first"}:
        raise ValueError("day_first, month_first, or a pattern such as %d.%m.%Y")
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
    dates: Annotated[str, AfterValidator(_dates)] | None = None
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
        A header equal to the canonical name needs no mapping. A list of headers of numbers means their
        sum; 0 as the id of ``customers``, ``leads`` or ``experiments`` means the row's number. In
        ``customers`` any other name becomes an attribute of the client's own: number, yes/no, date or text.
    where
        Rows to keep, as an SQL condition on the client's own headers; the rest is counted in the
        report.
    duplicates
        What to do with rows equal in every mapped column: ``keep`` them (they may be genuine) or ``drop``
        them.
    """

    path: Annotated[tuple[str, ...], BeforeValidator(_one_or_more, str | list[str])] = ()
    url: str | None = None
    table: str | None = None
    columns: Mapping[str, Wish] = {}
    format: Format = Format()
    where: str | None = None
    duplicates: Literal["keep", "drop"] = "keep"


class Params(_Section):
    """One client, as the YAML says.

    Attributes
    ----------
    client
        Name shown in the report; its transliteration names the folder.
    purpose
        The task of this segmentation: every report states it; one text, or one for each language.
    language
        ``ru``, ``en`` or both.
    currency, timezone, fiscal_year_start
        Of the client; times with a zone are converted to ``timezone`` first.
    country
        Code of ISO 3166; its public holidays are no days a task is due on. Absent: weekends alone.
    period
        Default period.
    history_months
        How far back orders count; absent: all history up to the end of the period.
    rates
        Currency to its price in ``currency``, when orders come in several currencies.
    primary
        Models the client decides by: shown in full, each segment with a card.
    playbook
        Own names and actions: model, segment, `Play`; laid over segbook's in every report.
    brand, reports, sources, models, experiments, surveys, costs, movement
        See their classes; ``models`` holds each model's own parameters.
    file
        The YAML file these came from.
    """

    client: Annotated[str, Field(min_length=1, max_length=200)]
    purpose: Spoken
    language: Annotated[
        tuple[Lang, ...], BeforeValidator(_one_or_more, str | list[str]), Field(min_length=1)
    ] = ("ru",)
    currency: Annotated[str, AfterValidator(_currency)] = "RUB"
    country: Annotated[str, AfterValidator(_country)] | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    period: Annotated[str, BeforeValidator(str, str | int)] | None = None
    history_months: Annotated[int, Field(ge=1)] | None = None
    rates: Mapping[str, Annotated[float, Field(gt=0)]] = {}
    brand: Brand = Brand()
    reports: tuple[Annotated[str, _known(*REPORTS)], ...] = ()
    sources: Annotated[Mapping[Annotated[str, _known(*TABLES)], Source], Field(min_length=1)]
    models: Mapping[str, Mapping[str, Any]] = {}
    primary: tuple[str, ...] = ("rfm", "lifecycle", "clusters")
    playbook: Playbook = {}
    experiments: Mapping[str, Experiment] = {}
    surveys: Surveys = Surveys()
    costs: Costs = Costs()
    movement: Movement = Movement()
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
    raw = read_yaml(path)
    if "file" in raw:
        raise ParamsError([Problem(path.name, "the key 'file'", nearest("file", fields_of(Params)))])
    raw = lay_over(raw, overrides or {})
    try:
        params = Params.model_validate({**raw, "file": path.absolute()})
    except ValidationError as error:
        raise ParamsError(explain(error, path.name, Params)) from None
    problems = list(_source_problems(params))
    if params.currency in {code.upper() for code in params.rates}:
        problems.append(Problem(f"{path.name}: rates", params.currency, "prices of other currencies only"))
    if problems:
        raise ParamsError(problems)
    return params


def _source_problems(params: Params) -> list[Problem]:
    problems = []
    for name, source in params.sources.items():
        where = f"{params.file.name}: sources.{name}"
        if bool(source.path) == bool(source.url) or (source.url and not source.table):
            problems.append(Problem(where, "no single origin", "either path, or url and table"))
        if re.search(r"://[^/@]*:(?!\$\{\w+\}@)[^/@]*@", source.url or ""):
            allowed = "${NAME}, read from the environment"
            problems.append(Problem(f"{where}.url", "a password written out", allowed))
        if source.url and 0 in source.columns.values():
            problems.append(Problem(f"{where}.columns", "0", "a column: rows of a database have no numbers"))
        problems += mapping_problems(f"{where}.columns", name, source.columns)
    return problems
