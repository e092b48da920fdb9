"""Mail, initiative, channel, satisfaction: by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.models.channel import Channel
from segbook.models.csi_group import CsiGroup
from segbook.models.engagement import Engagement, email_activity
from segbook.models.initiative import Initiative

END = pd.Timestamp("2026-06-30")


def ago(days: float | None) -> pd.Timestamp:
    return pd.NaT if days is None else END - pd.Timedelta(days=days)


@pytest.mark.parametrize(
    ("letters", "group"),
    [
        # letters: days ago sent, opened, clicked; S0:238-250, half a year is 180 days, a year 365
        ([(10, 9, 8)], "active"),
        ([(200, 190, 179), (5, None, None)], "active"),
        ([(200, 190, 180), (5, None, None)], "inactive"),
        ([(10, 9, None)], "semi_active"),
        ([(400, 399, 398), (10, 9, None)], "semi_active"),
        ([(179, None, None)], "newcomer"),
        ([(180, None, None), (5, None, None)], "inactive"),
        ([(364, None, None), (5, None, None)], "inactive"),
        ([(365, None, None), (5, None, None)], "deep_inactive"),
        ([(500, 364, None), (5, None, None)], "inactive"),
        ([(500, 365, None), (5, None, None)], "deep_inactive"),
        ([(500, None, None)], "not_mailed"),
        ([], "not_mailed"),
    ],
)
def test_what_is_done_with_letters(letters, group):
    emails = pd.DataFrame(
        [("x", *map(ago, letter)) for letter in letters] + [("other", ago(1), pd.NaT, pd.NaT)],
        columns=["customer_id", "sent_at", "opened_at", "clicked_at"],
    ).astype({"opened_at": "datetime64[s]", "clicked_at": "datetime64[s]"})
    known = pd.DataFrame({"customer_id": ["x"]})
    data = ClientData.of(period="2026Q2", emails=emails, customers=known)
    assert Engagement().segment(data).segments["x"] == group


def test_openings_after_the_period_do_not_count():
    emails = pd.DataFrame(
        {"customer_id": ["x"], "sent_at": [ago(2)], "opened_at": [ago(-3)], "clicked_at": [ago(-3)]}
    )
    made = email_activity(ClientData.of(period="2026Q2", emails=emails))
    assert made[["n_sent", "n_opened", "n_clicked"]].to_numpy().tolist() == [[1, 0, 0]]


def bought(rows, **more) -> ClientData:
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "level", "amount"])
    return ClientData.of(
        frame.assign(order_date=pd.Timestamp("2026-05-05"), **{more["column"]: frame["level"]}), "2026Q2"
    )


def test_initiative_counts_orders_not_lines_and_guesses_no_words():
    rows = [
        ("a", "1", "customer", 1.0), ("a", "1", "customer", 1.0), ("a", "2", "Менеджер", 1.0),
        ("a", "3", "менеджер", 1.0), ("b", "4", "сам", 1.0), ("b", "5", "manager", 1.0),
        ("c", "6", "робот", 1.0),
    ]  # fmt: skip
    made = Initiative().segment(bought(rows, column="initiated_by"))
    assert made.segments.to_dict() == {"a": "needs_persuading", "b": "self_starting", "c": "unknown"}
    assert made.scores["n_marked"].to_dict() == {"a": 3, "b": 2, "c": 0}
    assert made.scores.loc["a", "share_initiated"] == pytest.approx(1 / 3)


def test_a_word_cannot_mean_both():
    with pytest.raises(ValueError, match="each word in one list; in both: бот"):
        Initiative(by_customer=("бот",), by_company=("Бот",))


def test_channel_is_of_most_orders_then_of_most_money():
    rows = [
        ("a", "1", "Сайт", 1.0), ("a", "2", "САЙТ", 1.0), ("a", "3", "Магазин", 99.0),
        ("b", "4", "Сайт", 1.0), ("b", "5", "Магазин", 99.0), ("c", "6", None, 5.0), ("d", "7", "Сайт", 5.0),
    ]  # fmt: skip
    made = Channel().segment(bought(rows, column="channel"))
    assert made.segments.to_dict() == {"a": "Сайт", "b": "Магазин", "c": "unknown", "d": "Сайт"}


def test_a_channel_of_later_is_rare():
    learned = Channel().learn(bought([("a", "1", "Сайт", 1.0)], column="channel"))
    later = learned.segment(bought([("a", "1", "Бот", 1.0), ("b", "2", "сайт", 1.0)], column="channel"))
    assert later.segments.to_dict() == {"a": "rare", "b": "Сайт"}


def test_the_last_answer_of_the_period_counts():
    """S0:166: 8 to 10 attract, 1 to 3 detract."""
    answers = [
        ("a", "2026-04-05", "3"), ("b", "2026-04-05", "4"), ("c", "2026-04-05", "7"), ("d", "2026-04-05", "8"),
        ("e", "2026-04-05", "9"), ("e", "2026-06-05", "1"), ("f", "2026-03-31", "10"), ("g", "2026-04-05", "19"),
    ]  # fmt: skip
    frame = pd.DataFrame(answers, columns=["customer_id", "survey_date", "score"])
    frame["survey_date"] = pd.to_datetime(frame["survey_date"])
    made = CsiGroup().segment(ClientData.of(period="2026Q2", surveys=frame))
    assert made.segments.to_dict() == {
        "a": "detract", "b": "neutral", "c": "neutral", "d": "attract", "e": "detract", "f": "no_answer",
        "g": "no_answer",
    }  # fmt: skip
