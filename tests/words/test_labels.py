"""A client's own names and actions of segments stand wherever segbook's would."""

from __future__ import annotations

import pytest
from tests.conftest import draw_orders

from segbook.data.client import ClientData
from segbook.errors import ParamsError
from segbook.models import compute, configure
from segbook.params import Params
from segbook.show.result_tables import actions_table, all_customers_table, compact_table, tables_of
from segbook.words.findings import findings
from segbook.words.i18n import Texts
from segbook.words.labels import label, playbook_texts

PLAY = {"rfm": {"champions": {"label": {"ru": "Звёзды {1}", "en": "Stars {1}"}, "action": "Дарить"}}}


def params(playbook) -> Params:
    return Params(client="A", purpose="-", sources={"orders": {}}, playbook=playbook)


def test_own_words_stand_everywhere():
    data = ClientData.of(draw_orders(3, 900, 250), "2026Q2")
    result = compute(data)[0]["rfm"]
    for lang, name in (("ru", "Звёзды {1}"), ("en", "Stars {1}")):
        texts = Texts(lang, "RUB", playbook_texts(params(PLAY)))
        tables = (
            tables_of(result, texts)[0],
            compact_table(result, texts),
            actions_table(result, data, texts),
        )
        assert [table.frame["segment"].iloc[0] for table in tables] == [name] * 3
        assert [table.frame["action"].iloc[0] for table in tables[1:]] == ["Дарить."] * 2
        assert name in set(all_customers_table(data, {"rfm": result}, texts).frame["rfm"])
        said = [each.text(texts) for each in findings(result)]
        assert any(name in each and each.endswith("Дарить.") for each in said)
        assert not any("Чемпионы" in each or "Champions" in each for each in said)


def test_what_is_not_said_stays():
    texts = Texts("en", own=playbook_texts(params({"rfm": {"champions": {"action": "Give"}}})))
    assert label("rfm", "champions", texts) == "Champions"
    assert label("rfm", "lost", texts) == Texts("en").t("rfm.segments.lost.label")


@pytest.mark.parametrize(
    ("playbook", "expected"),
    [
        ({"rfn": {"lost": {"label": "x"}}}, "playbook.rfn: found unknown model 'rfn', must be 'rfm'"),
        (
            {"rfm": {"champion": {"label": "x"}}},
            "playbook.rfm.champion: found unknown segment 'champion', must be 'champions'",
        ),
    ],
)
def test_unknown_names_are_refused(playbook, expected):
    with pytest.raises(ParamsError, match=expected):
        configure(params(playbook))
