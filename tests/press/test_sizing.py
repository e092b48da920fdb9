from __future__ import annotations

import pytest
from typer.testing import CliRunner

from segbook.cli import app
from segbook.errors import ParamsError
from segbook.press.sizing import Question, answer
from segbook.stats.abtest.planning import Plan


def test_command_answers_in_both_languages():
    """R: power.prop.test(p1 = .05, p2 = .055, power = .8): n = 31233.6 in each arm."""
    for lang, number in (("en", "62,468"), ("ru", "62\u00a0468")):
        done = CliRunner().invoke(app, ["size", "0.05", "--change", "0.1", "--lang", lang])
        assert done.exit_code == 0
        assert number in done.stdout


def test_means_variants_and_days():
    said = answer(Question(900, 0.1, 5000, Plan(variants=3), per_day=10_000))
    assert "variant 2" in said[1]
    assert "21 days" in said[2]
    assert "power.t.test" in said[-1]


def test_uneven_arms_are_counted_apart():
    assert "control 5,200; variant 1: 20,799" in answer(Question(0.05, 0.2, plan=Plan(control_share=0.2)))[1]


def test_impossible_change_is_said():
    assert answer(Question(0.8, 0.5)) == ["Such a change is not possible: a share stays between 0 and 100%."]


def test_all_wrong_numbers_at_once():
    with pytest.raises(ParamsError) as raised:
        answer(Question(5, 0.0, plan=Plan(alpha=3, power=0.2, variants=1, control_share=2.0), per_day=-1))
    assert len(raised.value.problems) == 7
    done = CliRunner().invoke(app, ["size", "5"])
    assert done.exit_code == 2
