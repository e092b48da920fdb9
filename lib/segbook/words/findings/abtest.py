"""What A/B tests say: the verdict and its numbers, what to do, what not to conclude."""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.compare import PAYS
from segbook.stats.abtest.comparison import Comparison
from segbook.stats.abtest.contract import Fault
from segbook.stats.abtest.sample_ratio import YELLOW
from segbook.stats.abtest.segments import SegmentStudy
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING, Verdict
from segbook.words.findings.comparisons import kind_of, named, values_of
from segbook.words.findings.finding import Finding, Label, Listing, Phrases, findings
from segbook.words.measures import Measure

IMPORTANCE = {
    "win": 1.0,
    "guardrail_broken": 1.0,
    "loss": 0.95,
    "mixed": 0.9,
    "win_at_risk": 0.9,
    "broken_split": 0.85,
}
"""Verdicts that ask for a decision come first."""

MANY = 10_000
"""Recipients that a difference is spoken of for."""

HEAVY = 0.3
"""Share of the difference that one value may make before it is named."""


@findings.register
def _(result: Trials) -> list[Finding]:
    if not result.trials:
        return [Finding("abtest.none", {}, 0.5, "abtest")]
    return [_verdict(trial, each) for trial in result.trials for each in trial.verdicts]


@findings.register
def _(result: Trial) -> list[Finding]:
    found = []
    for verdict in result.verdicts:
        found += [_verdict(result, verdict), *_per_many(verdict), *_follow_up(result, verdict)]
    return found


def remarks_on(trial: Trial) -> list[Finding]:
    """Give what stands below the verdict: the other metrics, the split, heavy values, faults of the data."""
    leading = [verdict.leading for verdict in trial.verdicts]
    others = [each for each in trial.comparisons if each not in leading and not _is_blocked(trial)]
    said = [_other(trial, each) for each in others]
    beside = [
        remark for each in trial.comparisons if not _is_blocked(trial) for remark in _beside(trial, each)
    ]
    return [*_split_remarks(trial), *said, *beside, *_faults(trial)]


def segment_findings(trial: Trial) -> list[Finding]:
    """Say whether the effect differs between segments, never from single rows."""
    found = [_differing(trial, study) for study in trial.segments if study.differ]
    for attribute in dict.fromkeys(study.attribute for study in trial.segments):
        studies = [study for study in trial.segments if study.attribute == attribute]
        values: dict[str, Any] = {"attribute": Label(f"abtest.attributes.{attribute}", attribute)}
        values["p"] = Measure(min(study.pvalue_adjusted for study in studies), "pvalue")
        if not any(study.differ for study in studies):
            found.append(Finding("abtest.segments.none", values, 0.0, "abtest"))
        small = dict.fromkeys(str(name) for study in studies for name in study.left_out.index)
        if small:
            left = values | {"names": ", ".join(small)}
            found.append(Finding("abtest.segments.left_out", left, 0.0, "abtest"))
    return found


def _differing(trial: Trial, study: SegmentStudy) -> Finding:
    lead = next(each for each in trial.of(study.variant) if each.metric == study.metric)
    drawn, kind = study.effects["shrunken"], kind_of(lead)
    values = {
        "attribute": Label(f"abtest.attributes.{study.attribute}", study.attribute),
        "metric": named(trial.name, "metrics", study.metric), "p": Measure(study.pvalue_adjusted, "pvalue"),
        "low": Measure(drawn.min(), kind, "difference"), "high": Measure(drawn.max(), kind, "difference"),
        "lowest": str(drawn.idxmin()), "highest": str(drawn.idxmax()),
        "relative_p": Measure(study.relative_pvalue, "pvalue"),
    }  # fmt: skip
    only_absolute = not math.isnan(study.relative_pvalue) and study.relative_pvalue > trial.alpha
    key = f"abtest.segments.{'absolute' if only_absolute else 'differ'}"
    return _of_variant(trial, lead, key, values)


def funnel_findings(trial: Trial) -> list[Finding]:
    """Say what the funnel may be used for, and revenue per delivered letter."""
    if trial.funnel is None:
        return []
    steps, found = trial.funnel.steps, []
    names = set(steps.index.get_level_values("step"))
    if len(trial.funnel.revenue):
        rows = tuple(
            {"variant": named(trial.name, "variants", str(key)), "value": Measure(value, "money")}
            for key, value in trial.funnel.revenue.items()
        )
        listing = {"listing": Listing("abtest.funnel.revenue_item", rows)}
        found.append(Finding("abtest.funnel.revenue", listing, 0.0, "abtest"))
    if "delivered" in names:
        delivered: Any = steps.xs("delivered", level="step")
        worst = min(delivered.iloc[1:].to_dict("records"), key=itemgetter("pvalue"))
        if worst["pvalue"] < YELLOW:
            effect = Measure(worst["effect_size"], "share", "difference")
            values = {"effect": effect, "p": Measure(worst["pvalue"], "pvalue")}
            found.append(Finding("abtest.funnel.delivered", values, 0.0, "abtest"))
    if "opened" in names:
        found.append(Finding("abtest.funnel.opened", {}, 0.0, "abtest"))
    return found


def _is_blocked(trial: Trial) -> bool:
    return bool(trial.verdicts) and trial.verdicts[0].key in BLOCKING


def _verdict(trial: Trial, verdict: Verdict) -> Finding:
    values = _verdict_values(trial, verdict)
    return Finding(
        f"abtest.verdicts.{verdict.key}.finding",
        values,
        IMPORTANCE.get(verdict.key, 0.8),
        f"abtest {trial.name}",
    )


def _verdict_values(trial: Trial, verdict: Verdict) -> dict[str, Any]:
    own: dict[str, Any] = {"test": named(trial.name, "title"), "fraction": trial.fraction}
    if verdict.leading is not None:
        own |= values_of(trial, verdict.leading)
    own["variant"] = named(trial.name, "variants", verdict.variant)
    own["control_name"] = named(trial.name, "variants", trial.experiment.control)
    own |= _ratio_values(trial) | _balance_values(trial)
    broken = [values_of(trial, each) for each in verdict.at_risk if each.state == "broken"]
    own["broken"] = Listing("abtest.broken_item", tuple(broken))
    own["at_risk"] = Listing("abtest.risk_item", tuple(values_of(trial, each) for each in verdict.at_risk))
    own["faults"] = Phrases(tuple(_fault(trial, each) for each in trial.faults if each.blocks))
    return own


def _fault(trial: Trial, fault: Fault) -> tuple[str, dict[str, Any]]:
    values = dict(fault.facts)
    values |= {
        what: named(trial.name, f"{what}s", values[what]) for what in ("metric", "variant") if what in values
    }
    return f"abtest.faults.{fault.key}", values


def _faults(trial: Trial) -> list[Finding]:
    """Say what is wrong with the rows and does not block; what blocks stands in the verdict."""
    return [
        Finding("abtest.fault", {"fault": Phrases((_fault(trial, each),))}, 0.0, "abtest")
        for each in trial.faults
        if not each.blocks
    ]


def _ratio_values(trial: Trial) -> dict[str, Any]:
    if trial.ratio is None:
        return {}
    arms = trial.ratio.arms
    gap = arms["share"] - arms["planned"]
    worst = str(gap.abs().iloc[1:].idxmax())
    row = arms.loc[worst].to_dict()
    return {
        "arm": named(trial.name, "variants", worst), "share": row["share"], "planned": row["planned"],
        "ratio_p": Measure(trial.ratio.pvalue, "pvalue"),
    }  # fmt: skip


def _balance_values(trial: Trial) -> dict[str, Any]:
    if trial.balance is None or trial.balance.checks.empty:
        return {}
    adjusted = trial.balance.checks["pvalue_adjusted"]
    name = str(adjusted.idxmin())
    differing = Label(f"abtest.attributes.{name}", name)
    return {"differing": differing, "worst_p": Measure(adjusted.min(), "pvalue")}


def _split_remarks(trial: Trial) -> list[Finding]:
    found = []
    if trial.ratio is not None and trial.ratio.light == "yellow":
        found.append(Finding("abtest.ratio_yellow", _ratio_values(trial), 0.0, "abtest"))
    if trial.balance is not None and trial.balance.light == "yellow":
        found.append(Finding("abtest.balance_yellow", _balance_values(trial), 0.0, "abtest"))
    if trial.balance is not None and trial.balance.checks.empty:
        found.append(Finding("abtest.balance_unknown", {}, 0.0, "abtest"))
    return found


def _per_many(verdict: Verdict) -> list[Finding]:
    """Say the difference for ten thousand recipients, in people or in money."""
    lead = verdict.leading
    if lead is None or verdict.key in {*BLOCKING, "too_early"} or lead.kind not in {"share", "money"}:
        return []
    test = lead.test
    ends = (test.effect_size, test.effect_size_ci_lower, test.effect_size_ci_upper)
    numbers = dict(zip(("each", "each_low", "each_high"), (MANY * value for value in ends), strict=True))
    if lead.kind == "share":
        written: dict[str, Any] = {
            name: Measure(_outward(value), "count", "difference") for name, value in numbers.items()
        }
    else:
        written = {
            name: Measure(_three_digits(value), "money", "difference") for name, value in numbers.items()
        }
    return [Finding(f"abtest.per_many.{lead.kind}", written, 0.0, "abtest")]


def _three_digits(value: float) -> float:
    """Leave out digits that no test knows."""
    return float(f"{value:.3g}")


def _outward(value: float) -> float:
    """Round people so that a difference never becomes none."""
    return math.copysign(math.ceil(abs(value)), value) if abs(value) < 1 else round(value)


def _follow_up(trial: Trial, verdict: Verdict) -> list[Finding]:
    """Say what to do, and what not to conclude."""
    values, place = _verdict_values(trial, verdict), f"abtest.verdicts.{verdict.key}"
    enough = (
        verdict.key == "cannot_tell" and verdict.leading is not None and not verdict.leading.more_units > 0
    )
    action = f"{place}.action_enough" if enough else f"{place}.action"
    return [Finding(action, values, 0.0, "abtest"), Finding(f"{place}.caution", values, 0.0, "abtest")]


def _other(trial: Trial, each: Comparison) -> Finding:
    topic = "guardrail" if each.role == "guardrail" else "other"
    return _of_variant(trial, each, f"abtest.{topic}.{each.state}", values_of(trial, each))


def _of_variant(trial: Trial, each: Comparison, key: str, values: dict[str, Any]) -> Finding:
    """Say whose sentence it is where there are several variants."""
    if len(trial.variants) < 3:
        return Finding(key, values, 0.0, "abtest")
    own = {"variant": named(trial.name, "variants", each.variant), "said": Phrases(((key, values),))}
    return Finding("abtest.of_variant", own, 0.0, "abtest")


def _beside(trial: Trial, each: Comparison) -> Iterator[Finding]:
    kind, beside = kind_of(each), each.beside
    values = values_of(trial, each)
    without = beside.get("effect_without", each.test.effect_size)
    if abs(without - each.test.effect_size) > HEAVY * abs(each.test.effect_size):
        own = {
            "largest": Measure(beside["largest"], kind), "without": Measure(without, kind, "difference"),
            "owner": named(trial.name, "variants", beside["largest_in"]),
        }  # fmt: skip
        yield _of_variant(trial, each, "abtest.outlier", values | own)
    if "cap" in beside:
        capped = {name: beside[f"capped_{name}"] for name in ("control", "treatment")}
        own = {"cap": Measure(beside["cap"], kind)}
        own |= {f"capped_{name}": Measure(value, kind) for name, value in capped.items()}
        own["capped_effect"] = Measure(capped["treatment"] - capped["control"], kind, "difference")
        yield _of_variant(trial, each, "abtest.capped", values | own)
    if beside.get("r2", 0.0) >= PAYS:
        own = {
            "covariate": trial.experiment.metrics[each.metric].covariate, "r2": beside["r2"],
            "cuped": Measure(beside["cuped_effect"], kind, "difference", values["far"].value),
            "cuped_low": Measure(beside["cuped_ci_lower"], kind, "difference", values["far"].value),
            "cuped_high": Measure(beside["cuped_ci_upper"], kind, "difference", values["far"].value),
        }  # fmt: skip
        used = each.test.method == "welch_cuped"
        yield _of_variant(trial, each, "abtest.covariate_used" if used else "abtest.covariate", values | own)
