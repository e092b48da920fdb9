"""The numbers and names of a comparison, as sentences, tables and charts write them."""

from __future__ import annotations

from typing import Any

from segbook.stats.abtest.comparison import Comparison
from segbook.stats.abtest.trial import Trial
from segbook.words.findings.finding import Label, word
from segbook.words.i18n import DASH, Texts
from segbook.words.measures import Measure, MeasureKind


def named(trial: str, what: str, key: str = "") -> Label:
    """Give the name of a test, a variant or a metric: the client's own, else the key."""
    place = f"abtest.tests.{trial}.{what}" + (f".{key}" if key else "")
    return Label(place, key or trial)


def called(texts: Texts, trial: str, what: str, key: str = "") -> str:
    """Give that name in words."""
    return str(word(named(trial, what, key), texts)) if key or what == "title" else DASH


def kind_of(comparison: Comparison) -> MeasureKind:
    """Give how the numbers of a comparison are written."""
    kind: MeasureKind = comparison.kind if comparison.kind in {"share", "money", "ratio"} else "mean"  # type: ignore[assignment]
    return kind


def values_of(trial: Trial, each: Comparison) -> dict[str, Any]:
    """Give the numbers of a comparison as sentences and tables write them."""
    test, kind = each.test, kind_of(each)
    low, effect, high = test.effect_size_ci_lower, test.effect_size, test.effect_size_ci_upper
    wide = max(abs(low), abs(high))
    control, treatment = levels_of(each)

    def difference(value: float) -> Measure:
        return Measure(value, kind, "difference", wide)

    worst, best = (low, high) if each.sign > 0 else (high, low)
    return {
        "test": named(trial.name, "title"), "variant": named(trial.name, "variants", each.variant),
        "control_name": named(trial.name, "variants", trial.experiment.control),
        "metric": named(trial.name, "metrics", each.metric), "control": control,
        "treatment": treatment, "effect": difference(effect), "low": difference(low),
        "high": difference(high), "level": each.confidence_level, "best": difference(best),
        "worst": difference(worst), "near": difference(min(low, high, key=abs)),
        "far": difference(max(low, high, key=abs)),
        "limit": size_of(wide, kind), "bound": size_of(each.bound, kind),
        "detectable": size_of(each.detectable, kind), "more": each.more_units,
        "p": Measure(test.pvalue_adjusted, "pvalue"), "alpha": Measure(each.alpha, "pvalue"),
    }  # fmt: skip


def levels_of(each: Comparison) -> tuple[Measure, Measure]:
    """Give the values of control and treatment, with the same decimals."""
    level = max(abs(each.test.control), abs(each.test.treatment))
    control, treatment = (
        Measure(value, kind_of(each), scale=level) for value in (each.test.control, each.test.treatment)
    )
    return control, treatment


def size_of(value: float, kind: MeasureKind) -> Measure:
    """Give the size of a difference without a direction."""
    return Measure(abs(value), kind, "size")
