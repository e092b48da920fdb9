"""The quick question before a test: how many recipients it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from segbook.errors import ParamsError, Problem
from segbook.params import Lang
from segbook.stats.abtest.planning import EVEN, FORMULAS, Base, Plan, days_needed, units_needed
from segbook.words.i18n import Texts
from segbook.words.measures import Measure, MeasureKind


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    base
        Usual share of a recipient (0 to 1), or usual mean when ``sd`` is given.
    change
        Relative change to be found: 0.1 is a tenth.
    sd
        Standard deviation of a mean; absent for a share.
    plan
        What is asked of chance.
    per_day
        Recipients a day; absent when unknown.
    """

    base: float
    change: float
    sd: float | None = None
    plan: Plan = EVEN
    per_day: float | None = None


def answer(question: Question, lang: Lang = "en") -> list[str]:
    r"""Give the answer, sentence by sentence.

    Parameters
    ----------
    question
        What is asked.
    lang
        ``ru`` or ``en``.

    Raises
    ------
    ParamsError
        A number that cannot be, each named.

    Examples
    --------
    >>> print(*answer(Question(0.05, 0.2)), sep="\n")
    Now 5.0%, to be found 6.0% (+20%).
    16,316 recipients are needed in all: control 8,158; variant 1: 8,158.
    Level 5%, power 80%, formula power.prop.test (R).
    """
    _check(question)
    texts, plan = Texts(lang), question.plan
    base = Base("share", question.base) if question.sd is None else Base("mean", question.base, question.sd)
    needed = units_needed(base, base.value * question.change, plan)
    if math.isnan(needed):
        return [texts.t("abtest.how_many.impossible")]
    control, treatment = (math.ceil(needed * share - 1e-6) for share in plan.shares)
    numbers = range(1, plan.variants)
    parts = [texts.t("abtest.how_many.control", n=control)]
    parts += [texts.t("abtest.how_many.treatment", number=number, n=treatment) for number in numbers]
    total = control + treatment * len(numbers)
    kind: MeasureKind = "share" if question.sd is None else "mean"
    target = base.value * (1 + question.change)
    levels = [Measure(value, kind).text(texts) for value in (base.value, target)]
    said = [
        texts.t(
            "abtest.how_many.base", base=levels[0], target=levels[1], change=texts.change(question.change)
        ),
        texts.t("abtest.how_many.answer", needed=total, parts="; ".join(parts)),
    ]
    if question.per_day:
        days = days_needed(total, question.per_day)
        said.append(texts.t("abtest.how_many.days", per_day=question.per_day, days=days))
    formula = FORMULAS[base.kind]
    return [*said, texts.t("abtest.how_many.formula", alpha=plan.alpha, power=plan.power, formula=formula)]


def _check(question: Question) -> None:
    plan, share, none = question.plan, question.sd is None, 0.5
    wrong = [
        (share and not 0 < question.base < 1, "BASE", question.base, "a share from 0 to 1, or --sd given"),
        (not share and not question.base > 0, "BASE", question.base, "above 0"),
        (not (question.sd or none) > 0, "--sd", question.sd, "above 0"),
        (not question.change, "--change", question.change, "another change than none, such as 0.1"),
        (plan.variants < 2, "--variants", plan.variants, "2 or more, the control included"),
        (not 0 < plan.alpha < 0.5, "--alpha", plan.alpha, "between 0 and 0.5"),
        (not 0.5 <= plan.power < 1, "--power", plan.power, "from 0.5 to below 1"),
        (not 0 < (plan.control_share or none) < 1, "--control-share", plan.control_share, "between 0 and 1"),
        (not (question.per_day or none) > 0, "--per-day", question.per_day, "above 0"),
    ]  # fmt: skip
    problems = [Problem(where, str(found), allowed) for bad, where, found, allowed in wrong if bad]
    if problems:
        raise ParamsError(problems)
