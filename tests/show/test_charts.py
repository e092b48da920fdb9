"""Charts: their words, and SVG that can stand anywhere."""

import warnings
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segbook.data.client import ClientData
from segbook.data.quality import Quality, assess
from segbook.models import ABCXYZ, RFM
from segbook.periods import Period
from segbook.results import SegmentResult, Traits
from segbook.show.canvas import drawable, palette
from segbook.show.charts import Chart, Look, charts_of
from segbook.show.color import contrast
from segbook.stats.concentration import Concentration, concentration
from segbook.stats.overview import Overview, overview
from segbook.words.i18n import Texts

RU, EN = Texts("ru", "RUB"), Texts("en", "USD")
BOTH = pytest.mark.parametrize("texts", [RU, EN], ids=["ru", "en"])
LONG = [
    "Чемпионы",
    "Лояльные",
    "Потенциально лояльные",
    "Новички",
    "Требуют внимания",
    "Скоро уснут",
    "Нельзя потерять",
    "В зоне риска",
    "Часто и помалу",
    "Спящие",
    "Потерянные",
    "Многообещающие",
    "Без покупок",
]

# ibis asks pandas for an option that pandas 3 no longer likes.
pytestmark = pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")


def segments(names: list[str], customers: list[int], revenue: list[float]) -> SegmentResult:
    """Give segments of so many customers, of whom the first brings all the revenue."""
    whose = pd.Series(np.repeat(names, customers), dtype=object)
    first = ~whose.duplicated()
    base = people(len(whose)).assign(
        amount_sum=whose.map(dict(zip(names, revenue, strict=True))).astype(float) * first
    )
    return SegmentResult.build("own", {}, whose, pd.DataFrame(index=base.index), names=names, customers=base)


def scored(scores: dict[str, object], grid: tuple[str, str], **params: object) -> SegmentResult:
    frame = pd.DataFrame(scores)
    whose, base = pd.Series("A", frame.index), people(len(frame))
    return SegmentResult.build(
        "own", params, whose, frame, names=["A"], customers=base, traits=Traits(grid=grid)
    )


def people(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"amount_sum": 0.0, "period_amount": 0.0, "n_orders": 1, "recency_days": 1.0}, index=range(n)
    )


def by_month(revenue: list[float], buyers: list[int], start: str = "2026-01-01") -> Overview:
    index = pd.date_range(start, periods=len(revenue), freq="MS", name="month")
    return Overview(
        pd.DataFrame(), pd.DataFrame({"revenue": revenue, "buyers": buyers}, index=index, dtype=float)
    )


def left_out(**rows: int) -> Quality:
    account = pd.DataFrame({"rows": {"counted": 90, **rows}})
    account["amount"] = account["rows"] * 10.0
    account["share_rows"] = account["rows"] / account["rows"].sum()
    return Quality(account, {}, {}, ())


def orders() -> ClientData:
    """Give 40 customers; every fifth buys often and much."""
    rng = np.random.default_rng(0)
    rows = [
        (f"c{customer}", day, float(rng.integers(5, 50)) * (10 if customer % 5 == 0 else 1))
        for customer in range(40)
        for day in rng.choice(pd.date_range("2025-07-01", "2026-03-31"), size=9 if customer % 5 == 0 else 2)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return ClientData.of(frame, "2026Q1")


@pytest.fixture(scope="module")
def client() -> ClientData:
    return orders()


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)  # noqa: S314 - our own


@BOTH
def test_every_result_of_a_client_has_its_chart(client: ClientData, texts: Texts) -> None:
    rfm, cross = RFM().segment(client), ABCXYZ().segment(client)
    made = [*charts_of(rfm, Look(texts)), *charts_of(cross, Look(texts, "#c33"))]
    made += [
        *charts_of(overview(client), Look(texts, period=client.period)),
        *charts_of(concentration(client), Look(texts)),
    ]
    assert len(made) == 6
    assert all(drawn(chart).get("aria-label") == chart.alt for chart in made)
    assert all(len(chart.svg) < 150_000 and chart.caption for chart in made)
    assert charts_of(assess(client), Look(texts)) == []


@pytest.mark.parametrize(
    "result",
    [
        segments(LONG, list(range(1, 14)), [*[100.0] * 12, -50.0]),
        segments(["only"], [1], [1.0]),
        segments(["a", "b"], [3, 4], [0.0, 0.0]),
        segments(["$5 _x_ \\frac", "<b>--></b>", "🌲\x00￿漢"], [1, 1, 1], [1e15, 1.0, 1e-9]),
        by_month([5.0], [1]),
        by_month([0.0] * 3, [0] * 3),
        by_month([1e13, -2e13], [10**7, 3]),
        by_month(list(np.linspace(1, 2, 36)), [0] * 36),
        by_month([0.004, 0.002], [1, 2]),
        left_out(no_date=1, before_history=10**9),
    ],
    ids=["13", "one", "no share", "odd names", "month", "zero", "huge", "36", "tiny", "quality"],
)
@BOTH
def test_extremes_are_drawn_without_warning(result: object, texts: Texts) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (chart,) = charts_of(result, Look(texts))  # type: ignore[arg-type]
    assert drawn(chart).tag == "{http://www.w3.org/2000/svg}svg"
    assert 'nan"' not in chart.svg


def test_same_result_same_bytes_and_others_other_ids() -> None:
    first, again = (charts_of(segments(["a"], [1], [1.0]), Look(RU))[0] for _ in range(2))
    other = charts_of(segments(["b"], [1], [1.0]), Look(RU))[0]
    assert first.svg == again.svg
    ids = [{node.get("id") for node in drawn(chart).iter() if node.get("id")} for chart in (first, other)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_every_reference_inside_the_svg_is_met() -> None:
    root = drawn(charts_of(by_month([1.0, 2.0], [1, 2]), Look(RU))[0])
    ids = {node.get("id") for node in root.iter()}
    used = {value[1:] for node in root.iter() for key, value in node.attrib.items() if key.endswith("href")}
    assert used
    assert used <= ids
    assert "http" not in "".join(value for node in root.iter() for value in node.attrib.values())


def test_nothing_global_changes() -> None:
    before = dict(mpl.rcParams)
    charts_of(left_out(no_date=3), Look(RU))
    assert dict(mpl.rcParams) == before
    from matplotlib import pyplot as plt

    assert plt.get_fignums() == []


@BOTH
def test_shares_say_every_segment(texts: Texts) -> None:
    (chart,) = charts_of(segments(["gold", "empty", "rest"], [1, 0, 3], [90.0, 0.0, 10.0]), Look(texts))
    said = [texts.percent(share) for share in (0.25, 0.9, 0.75, 0.1)]
    assert [chart.alt.index(each) for each in said] == sorted(chart.alt.index(each) for each in said)
    assert "gold" in chart.alt
    assert "empty" not in chart.alt


def test_shares_without_revenue_are_of_customers_alone() -> None:
    made = charts_of(segments(["a", "b"], [1, 1], [5, -5]), Look(EN))[0]
    assert (made.alt, made.caption) == ("a: 50%; b: 50%", "Each segment's share.")


def test_result_without_customers_has_no_chart() -> None:
    assert charts_of(segments(["a"], [0], [0.0]), Look(RU)) == []
    assert charts_of(by_month([], []), Look(RU)) == []


def test_heat_map_says_the_largest_cells_and_who_is_missing() -> None:
    scores = {
        "r_score": pd.array([5, 5, 1, None], dtype="Int64"),
        "f_score": pd.array([4, 4, 1, None], dtype="Int64"),
    }
    chart = charts_of(scored(scores, levels=5, grid=("r_score", "f_score")), Look(EN))[1]
    assert chart.alt.endswith("3 in all. Largest: 5 and 4: 2; 1 and 1: 1.")
    assert chart.caption.endswith("Without a score and not shown: 1.")


@pytest.mark.parametrize("levels", [1, 2, 9])
def test_heat_map_of_any_number_of_levels(levels: int) -> None:
    scores = pd.array([levels, 1], dtype="Int64")
    chart = charts_of(scored({"x": scores, "y": scores}, levels=levels, grid=("x", "y")), Look(RU))[1]
    assert drawn(chart) is not None


def test_heat_map_without_any_score_is_left_out() -> None:
    scores = pd.array([None], dtype="Int64")
    assert len(charts_of(scored({"x": scores, "y": scores}, grid=("x", "y")), Look(RU))) == 1


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            EN,
            [
                "January 2026 to March 2026",
                "Highest: March 2026, $3M",
                "lowest: January 2026, $500",
                "20 buyers",
            ],
        ),
        (RU, ["январь 2026 — март 2026", "Больше всего: март 2026, 3\u00a0млн\u00a0₽", "20 покупателей"]),
    ],
)
def test_months_say_best_worst_and_last(texts: Texts, said: list[str]) -> None:
    (chart,) = charts_of(by_month([500.0, 2e6, 3e6], [1, 5, 20]), Look(texts))
    assert all(each in chart.alt.replace("\u202f", "\u00a0") for each in said), chart.alt


@pytest.mark.parametrize(
    ("period", "dark"),
    [(Period.parse("2026Q1"), True), (Period.parse("2025Q1"), False), (None, False)],
    ids=["inside", "outside", "none"],
)
def test_months_of_the_period_stand_out(period: Period | None, dark: bool) -> None:
    (chart,) = charts_of(by_month([1.0] * 6, [1] * 6), Look(EN, period=period))
    assert ("dark bars" in chart.caption) == dark
    assert (palette("#0B6E4F").pale in chart.svg) == dark


def test_concentration_says_share_and_interval() -> None:
    curve = pd.DataFrame({"share_customers": [0, 0.5, 0.8, 1], "share_value": [0, 0.1, 0.326, 1]})
    measured = Concentration("revenue", 2357, 0, 0.02, 0.674, 777, 0.33, 0.631, 0.609, 0.653, curve)
    (chart,) = charts_of(measured, Look(RU))
    assert "20\u00a0% лучших клиентов дают 67,4\u00a0% выручки" in chart.alt
    assert "10\u00a0%" in chart.alt
    assert "0,63 (95%-й доверительный интервал 0,61–0,65)" in chart.caption


def test_concentration_of_nothing_has_no_chart() -> None:
    nan, curve = float("nan"), pd.DataFrame({"share_customers": [0.0, 1.0], "share_value": [0.0, 1.0]})
    assert charts_of(Concentration("revenue", 0, 0, nan, nan, 0, nan, nan, nan, nan, curve), Look(RU)) == []


@pytest.mark.parametrize("customers", [1, 2, 3])
def test_concentration_of_few(customers: int) -> None:
    days = pd.DataFrame({"customer_id": [str(n) for n in range(customers)], "amount": 1.0})
    data = ClientData.of(days.assign(order_date=pd.Timestamp("2026-01-05")), "2026Q1")
    assert len(charts_of(concentration(data), Look(EN))) == 1


def test_rows_left_out_are_said_by_reason() -> None:
    (chart,) = charts_of(left_out(no_date=3, no_customer=7, no_amount=0), Look(EN))
    assert chart.alt.startswith("10 rows of 100 left out.")
    assert chart.alt.index("7 (7%), $70") < chart.alt.index("3 (3%), $30")
    assert charts_of(left_out(no_date=0), Look(EN)) == []


def test_jupyter_gets_svg_alt_and_caption() -> None:
    data, about = Chart("<svg/>", "words", "line")._repr_mimebundle_()
    assert data == {"image/svg+xml": "<svg/>", "text/plain": "words"}
    assert about == {"image/svg+xml": {"alt": "words"}, "alt": "words", "caption": "line"}


@given(st.tuples(*[st.integers(0, 255)] * 3))
@settings(deadline=None)
def test_any_brand_colour_can_be_seen_and_told_apart(channels: tuple[int, int, int]) -> None:
    colors = palette("#" + "".join(f"{channel:02x}" for channel in channels))
    lead, pale = mpl.colors.to_rgb(colors.lead), mpl.colors.to_rgb(colors.pale)
    assert contrast(lead, (1, 1, 1)) >= 2.95
    assert contrast(lead, pale) >= 1.6


@given(st.text())
@settings(deadline=None)
def test_any_label_fits_two_lines(text: str) -> None:
    lines = drawable(text).split("\n")
    assert len(lines) <= 2
    assert all(len(line) <= 22 for line in lines)
