"""Tables of A/B tests: verdicts, metrics, arms, segments, the funnel, the log and the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segbook.show.result_tables.register import tables_of
from segbook.show.tables import Column, Kind, Table
from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.comparison import Comparison
from segbook.stats.abtest.log import TestLog
from segbook.stats.abtest.planning import FORMULAS
from segbook.stats.abtest.plans import PlanLine, Planning
from segbook.stats.abtest.segments import SegmentStudy
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING
from segbook.words.findings.comparisons import called, kind_of, levels_of
from segbook.words.findings.finding import Label, word
from segbook.words.findings.plans import line_kind, what_is
from segbook.words.i18n import DASH, Texts
from segbook.words.measures import Measure, MeasureKind, joined

_NAMES: dict[Kind, str] = {
    "figure": "control treatment levels difference relative pvalue raw shrunken from_to limit",
    "int": "units three rows needed days segment_needed",
    "percent": "planned share level change look",
    "num": "effect low high relative_low relative_high",
    "date": "first last day",
}
KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""How a column is written; `figure` is a number already written, since a column holds several measures."""


def interval(value: float, ends: tuple[float, float], kind: MeasureKind, texts: Texts) -> str:
    """Write a difference with its interval, the unit once."""
    wide = max(map(abs, ends))
    low, high = (Measure(each, kind, "difference", wide, bare=True).text(texts) for each in ends)
    return texts.t(
        "abtest.span", value=Measure(value, kind, "difference", wide).text(texts), low=low, high=high
    )


def _columns(frame: pd.DataFrame, texts: Texts, **own: str) -> dict[str, Column]:
    return {
        str(name): Column(
            own.get(str(name)) or texts.t(f"abtest.columns.{name}"), KINDS.get(str(name), "text")
        )
        for name in frame.columns
    }


def _table(key: str, title: str, frame: pd.DataFrame, texts: Texts, note: str = "", **own: str) -> Table:
    return Table(key, title, frame, _columns(frame, texts, **own), note)


@tables_of.register
def _(result: Trials, texts: Texts) -> list[Table]:
    rows = []
    for trial in result.trials:
        for verdict in trial.verdicts:
            lead = verdict.leading
            row = {
                "test": called(texts, trial.name, "title"),
                "variant": called(texts, trial.name, "variants", verdict.variant),
                "verdict": texts.t(f"abtest.verdicts.{verdict.key}.label"),
                "metric": DASH, "difference": DASH,
            }  # fmt: skip
            if lead is not None:
                row["metric"] = called(texts, trial.name, "metrics", lead.metric)
                # Of a test that is not read no number stands where it could be taken for a result.
                row["difference"] = DASH if verdict.key in BLOCKING else _difference(lead, texts)
            rows.append(row)
    names = ["test", "variant", "verdict", "metric", "difference"]
    verdicts = _table("tests", texts.t("abtest.overview_title"), pd.DataFrame(rows, columns=names), texts)
    return [verdicts, _elsewhere(result, texts), exact_table(result, texts)]


def _elsewhere(result: Trials, texts: Texts) -> Table:
    frame = result.elsewhere.reset_index(names="test")
    frame["test"] = [called(texts, str(name), "title") for name in frame["test"]]
    frame["reason"] = [texts.t(f"abtest.reasons.{reason}") for reason in frame["reason"]]
    frame = frame.rename(columns={"n": "rows"})
    return _table("tests_elsewhere", texts.t("abtest.tables.elsewhere"), frame, texts)


def exact_table(result: Trials, texts: Texts) -> Table:
    """Give every number of every test, unrounded, for the workbook."""
    rows = [_exact(trial, each, texts) for trial in result.trials for each in trial.comparisons]
    frame = pd.DataFrame(rows)
    columns = _columns(frame, texts)
    numbers = ("control", "treatment", "relative", "pvalue")
    exact = {name: Column(columns[name].header, "num") for name in numbers if name in columns}
    return Table("tests_exact", texts.t("abtest.tables.exact"), frame, columns | exact)


def _exact(trial: Trial, each: Comparison, texts: Texts) -> dict[str, Any]:
    test = each.test
    return {
        "test": called(texts, trial.name, "title"),
        "variant": called(texts, trial.name, "variants", each.variant),
        "metric": called(texts, trial.name, "metrics", each.metric),
        "role": texts.t(f"abtest.roles.{each.role}"), "control": test.control,
        "treatment": test.treatment, "effect": test.effect_size,
        "low": test.effect_size_ci_lower, "high": test.effect_size_ci_upper, "relative": test.rel_effect_size,
        "relative_low": test.rel_effect_size_ci_lower, "relative_high": test.rel_effect_size_ci_upper,
        "level": each.confidence_level, "pvalue": test.pvalue_adjusted,
        "state": texts.t(f"abtest.states.{each.state}"), "method": texts.t(f"abtest.methods.{test.method}"),
    }  # fmt: skip


def _difference(each: Comparison, texts: Texts) -> str:
    ends = (each.test.effect_size_ci_lower, each.test.effect_size_ci_upper)
    return interval(each.test.effect_size, ends, kind_of(each), texts)


@tables_of.register
def _(result: Trial, texts: Texts) -> list[Table]:
    tables = [_comparisons(result, variant, texts) for variant in result.variants[1:]]
    return [*tables, _arms(result, texts), *_daily(result, texts)]


def _comparisons(trial: Trial, variant: str, texts: Texts) -> Table:
    rows = []
    for each in trial.of(variant):
        control, treatment = (level.text(texts) for level in levels_of(each))
        rows.append(
            {
                "metric": _with_role(trial, each, texts), "levels": f"{control} → {treatment}",
                "difference": _difference(each, texts),
                "pvalue": Measure(each.test.pvalue_adjusted, "pvalue").text(texts),
                "state": texts.t(f"abtest.states.{each.state}"),
            }
        )  # fmt: skip
    names = ["metric", "levels", "difference", "pvalue", "state"]
    names_of = [called(texts, trial.name, "variants", each) for each in (variant, trial.variants[0])]
    title = texts.t("abtest.tables.comparisons", variant=names_of[0], control_name=names_of[1])
    note = texts.t("abtest.tables.comparisons_note")
    return _table(f"test_{trial.name}_{variant}", title, pd.DataFrame(rows, columns=names), texts, note)


def _with_role(trial: Trial, each: Comparison, texts: Texts) -> str:
    name, role = called(texts, trial.name, "metrics", each.metric), texts.t(f"abtest.roles.{each.role}")
    return name if each.role == "secondary" else f"{name} ({role})"


def _arms(trial: Trial, texts: Texts) -> Table:
    frame = trial.units[["units"]].reset_index()
    frame["variant"] = [called(texts, trial.name, "variants", str(each)) for each in trial.units.index]
    known = trial.units.drop(columns="units")
    note = ""
    if trial.ratio is not None:
        frame["planned"], frame["share"] = (
            trial.ratio.arms[name].to_numpy() for name in ("planned", "share")
        )
        note = arms_note(trial.ratio.pvalue, texts)
    headers = {}
    for name in [each for each in known if (known[each] < trial.units["units"]).any()]:
        frame[str(name)] = known[name].to_numpy()
        headers[str(name)] = called(texts, trial.name, "metrics", str(name))
    columns = _columns(frame, texts, **headers)
    columns |= {name: Column(header, "int") for name, header in headers.items()}
    return Table(f"test_{trial.name}_arms", texts.t("abtest.tables.arms"), frame, columns, note)


def arms_note(pvalue: float, texts: Texts) -> str:
    """Say how likely such a split is by chance."""
    return joined(texts.t("abtest.tables.arms_note", p=Measure(pvalue, "pvalue").text(texts)))


def _daily(trial: Trial, texts: Texts) -> list[Table]:
    if trial.daily.empty:
        return []
    names = {"n": "units", "effect_size": "effect", "ci_lower": "low", "ci_upper": "high"}
    frame = trial.daily.reset_index().rename(columns=names)
    title, note = texts.t("abtest.tables.daily"), texts.t("abtest.daily.note")
    return [_table(f"test_{trial.name}_days", title, frame, texts, note)]


def segments_table(trial: Trial, study: SegmentStudy, texts: Texts) -> Table:
    """Give the effect in each segment, measured and shrunken."""
    kind = kind_of(next(each for each in trial.of(study.variant) if each.metric == study.metric))
    rows = [
        {
            "segment": str(name), "units": row["n_control"] + row["n_treatment"],
            "raw": _effect(row, "effect_size", kind, texts),
            "shrunken": _effect(row, "shrunken", kind, texts),
        }
        for name, row in study.effects.iterrows()
    ]  # fmt: skip
    title = texts.t(
        "abtest.segments.title", metric=called(texts, trial.name, "metrics", study.metric),
        variant=called(texts, trial.name, "variants", study.variant),
        control_name=called(texts, trial.name, "variants", trial.variants[0]),
    )  # fmt: skip
    attribute = str(word(Label(f"abtest.attributes.{study.attribute}", study.attribute), texts))
    key = f"test_{trial.name}_{study.variant}_{study.metric}_{study.attribute}"
    return _table(key, title, pd.DataFrame(rows), texts, texts.t("abtest.segments.note"), segment=attribute)


def _effect(row: pd.Series, name: str, kind: MeasureKind, texts: Texts) -> str:
    return interval(row[name], (row[f"{name}_ci_lower"], row[f"{name}_ci_upper"]), kind, texts)


def funnel_tables(trial: Trial, texts: Texts) -> list[Table]:
    """Give the funnel of each variant beside the control's; nothing where there is none."""
    if trial.funnel is None:
        return []
    return [_funnel(trial, trial.funnel.steps, variant, texts) for variant in trial.variants[1:]]


def _funnel(trial: Trial, steps: pd.DataFrame, variant: str, texts: Texts) -> Table:
    parts: list[Any] = [steps.loc[each] for each in (trial.variants[0], variant)]
    control, treated = (part.to_dict("index") for part in parts)
    rows = []
    for step, row in treated.items():
        ends = (row["effect_size_ci_lower"], row["effect_size_ci_upper"])
        difference = interval(row["effect_size"], ends, "share", texts) if pd.notna(row["pvalue"]) else DASH
        written = {
            name: texts.t(
                "abtest.with_count", share=Measure(arm["share"], "share").text(texts), count=arm["count"]
            )
            for name, arm in (("control", control[step]), ("treatment", row))
        }
        rows.append({"step": texts.t(f"abtest.funnel.steps.{step}"), **written, "difference": difference})
    names = [called(texts, trial.name, "variants", each) for each in (trial.variants[0], variant)]
    title = texts.t("abtest.funnel.title", control_name=names[0], variant=names[1])
    note = texts.t("abtest.funnel.note")
    return _table(f"test_{trial.name}_{variant}_funnel", title, pd.DataFrame(rows), texts, note)


@tables_of.register
def _(result: TestLog, texts: Texts) -> list[Table]:
    rows = [_logged(row, texts) for row in result.tests.to_dict("records")]
    names = ["test", "variant", "last", "verdict", "metric", "difference"]
    return [_table("test_log", texts.t("abtest.log.title"), pd.DataFrame(rows, columns=names), texts)]


def _text(cell: object) -> str:
    """Give a cell of the log, or nothing where it is empty."""
    return cell if isinstance(cell, str) else ""


def _logged(row: dict[Any, Any], texts: Texts) -> dict[str, Any]:
    test = str(row["experiment"])
    last = pd.to_datetime(row["last"]).date() if isinstance(row["last"], str) else None
    ends, kind = (row["ci_lower"], row["ci_upper"]), row["kind"]
    known = isinstance(kind, str) and pd.notna(ends[0]) and row["verdict"] not in BLOCKING
    return {
        "test": called(texts, test, "title"),
        "variant": called(texts, test, "variants", _text(row["variant"])), "last": last,
        "verdict": texts.t(f"abtest.verdicts.{row['verdict']}.label"),
        "metric": called(texts, test, "metrics", _text(row["metric"])),
        "difference": interval(row["effect_size"], ends, kind, texts) if known else DASH,
    }  # fmt: skip


@tables_of.register
def _(result: Planning, texts: Texts) -> list[Table]:
    looks = pd.DataFrame(
        {
            "look": result.looks["fraction"],
            "limit": [Measure(each, "pvalue").text(texts) for each in result.looks["pvalue"]],
        }
    )
    note = texts.t("abtest.planning.looks_note", alpha=result.plan.alpha)
    plans = [_plan(each, result, texts) for each in result.lines]
    return [*plans, _table("test_looks", texts.t("abtest.planning.looks_title"), looks, texts, note)]


def _plan(line: PlanLine, planning: Planning, texts: Texts) -> Table:
    kind = line_kind(line)
    table = line.table.dropna(subset=["units"])
    base = Measure(line.base.value, kind).text(texts)
    target = [Measure(line.base.value + change, kind).text(texts) for change in table["change"]]
    frame = pd.DataFrame(
        {
            "change": table.index, "from_to": [f"{base} → {each}" for each in target],
            "needed": table["units"].to_numpy(), "days": table["days"].to_numpy(),
            "three": table["three_units"].to_numpy(),
            "segment_needed": table["segment_units"].to_numpy(),
        }
    )  # fmt: skip
    if not table["days"].notna().any():
        frame = frame.drop(columns="days")
    plan = planning.plan
    note = texts.t(
        "abtest.planning.note", alpha=plan.alpha, power=plan.power, formula=FORMULAS[line.base.kind]
    )
    title = texts.t("abtest.planning.title", what=word(what_is(line), texts))
    return _table(f"plan_{line.source}_{line.name}", title, frame, texts, note)
