"""Answers as people type them: counted, listed, never guessed."""

from __future__ import annotations

import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.errors import ParamsError
from segbook.params import load_params
from segbook.stats.csi.answers import last_answers, read_answers


def data_of(rows, period="2026Q3", **surveys) -> ClientData:
    """Give data of rows (customer, day, score), with any settings of the scale."""
    frame = pd.DataFrame(rows, columns=["customer_id", "survey_date", "score"])
    frame["survey_date"] = pd.to_datetime(frame["survey_date"])
    made = ClientData.of(period=period, surveys=frame)
    changed = made.params.model_copy(update={"surveys": made.params.surveys.__class__(**surveys)})
    return ClientData(changed, made.period, made.tables)


TYPED = [
    ("a", "2026-07-01", "8"), ("b", "2026-07-01", " 8,0 "), ("c", "2026-07-01", "8-9"),
    ("d", "2026-07-01", "десять"), ("e", "2026-07-01", "0"), ("f", "2026-07-01", "19"), ("g", "2026-07-01", ""),
    ("h", "2026-07-01", None), ("i", "2026-07-01", "7.5"), ("j", None, "9"), ("k", "2026-10-01", "9"),
    ("l", "1900-01-01", "9"), ("Итого", "2026-07-01", "9"), ("m", "2026-07-01", "n/a"),
]  # fmt: skip


def test_typed_answers_are_counted_and_listed():
    """By hand: two eights count; three blanks, three unreadable, two off the scale."""
    made = read_answers(data_of(TYPED))
    rows = made.account["rows"]
    assert made.rows["score"].tolist() == [8, 8]
    assert rows[rows > 0].to_dict() == {
        "counted": 2, "total": 1, "no_date": 1, "impossible_date": 1, "after_period": 1, "blank": 3,
        "unreadable": 3, "out_of_scale": 2,
    }  # fmt: skip
    assert set(made.typed["text"]) == {"8-9", "десять", "7.5", "0", "19"}
    assert rows.sum() == len(TYPED)


def test_labels_are_answers_when_the_client_says_so():
    made = read_answers(data_of(TYPED, labels={"Десять": 10}))
    assert sorted(made.rows["score"]) == [8, 8, 10]


@pytest.mark.parametrize(("several", "score"), [("last", 9), ("first", 4), ("lowest", 2)])
def test_one_answer_of_a_customer_in_a_quarter_counts(several, score):
    rows = [
        ("a", "2026-07-01", "4"),
        ("a", "2026-07-02", "2"),
        ("a", "2026-07-03", "9"),
        ("a", "2026-04-01", "1"),
    ]
    made = read_answers(data_of(rows, several=several))
    assert made.rows.set_index("quarter")["score"].to_dict() == {"2026Q2": 1, "2026Q3": score}
    assert made.account.loc["superseded", "rows"] == 2


def test_answers_without_a_customer_count_each_by_itself():
    made = read_answers(
        data_of([(None, "2026-07-01", "9"), (None, "2026-07-01", "9"), ("a", "2026-07-01", "1")])
    )
    assert made.account.loc["counted", "rows"] == 3


def test_quarters_without_an_answer_are_not_left_out():
    made = read_answers(data_of([("a", "2025-12-31", "9"), ("b", "2026-09-30", "9")]))
    assert made.keys == ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    assert read_answers(data_of([("a", "2026-07-01", "x")])).keys == ["2026Q3"]


def test_quarters_follow_the_clients_own_year():
    """A year that begins in April: answers of March belong to the fourth quarter of the year before."""
    data = data_of([("a", "2026-03-31", "9"), ("b", "2026-04-01", "9"), ("c", "2026-05-10", "9")], "2026-05")
    fiscal = data.params.model_copy(update={"fiscal_year_start": 4})
    made = read_answers(ClientData(fiscal, data.period, data.tables))
    assert made.keys == ["2025Q4", "2026Q1"]
    assert made.rows["quarter"].tolist() == ["2025Q4", "2026Q1", "2026Q1"]
    assert made.quarters[-1].start.isoformat() == "2026-04-01"


def test_asked_from_blank_rows_or_told():
    """By hand: a, b and one without a customer were asked; one of the three said nothing."""
    rows = [
        ("a", "2026-07-01", "9"),
        ("a", "2026-07-02", ""),
        ("b", "2026-07-01", ""),
        (None, "2026-07-01", "3"),
    ]
    assert read_answers(data_of(rows, asked="rows")).asked.to_dict() == {"2026Q3": 3.0}
    assert read_answers(data_of(rows, asked={"2026Q3": 40})).asked.to_dict() == {"2026Q3": 40.0}
    assert read_answers(data_of(rows)).asked.isna().all()
    with pytest.raises(ParamsError, match=r"surveys.asked.2026Q3: found 1, must be at least 2"):
        read_answers(data_of(rows, asked={"2026Q3": 1}))


def test_last_answer_of_the_period():
    """Of two answers of one moment the lower counts, whatever the order of the rows."""
    rows = [
        ("a", "2026-07-01", "9"), ("a", "2026-07-01", "2"), ("b", "2026-06-30", "9"), ("c", "2026-08-01", "5"),
        ("c", "2026-09-30", "8"), ("d", "2026-08-01", "8-9"), (None, "2026-08-01", "8"),
    ]  # fmt: skip
    for each in (rows, rows[::-1]):
        last = last_answers(data_of(each))
        assert last["score"].to_dict() == {"a": 2, "c": 8}
        assert last["group"].to_dict() == {"a": "detract", "c": "attract"}
    assert last_answers(data_of([("a", "2025-01-01", "9")])).empty


def test_scale_that_does_not_fit_is_refused(tmp_path):
    file = tmp_path / "x.yaml"
    head = "client: x\npurpose: x\nsources: {surveys: {path: s.csv}}\n"
    for section, said in [
        ("scale: [1, 5]", "attract up to 5, the highest answer, such as"),
        ("scale: [0, 10]", "detract from 0, the lowest answer"),
        ("labels: {отлично: 12}", "not so: отлично"),
        ("{scale: [1, 5], attract: [3, 5], detract: [1, 3]}", "detract below attract"),
    ]:
        file.write_text(f"{head}surveys: {section if section[0] == '{' else '{' + section + '}'}\n", "utf-8")
        with pytest.raises(ParamsError, match=said):
            load_params(file)
    file.write_text(
        head + "surveys: {scale: [1, 5], attract: [4, 5], detract: [1, 2], labels: {1: 5}}\n", "utf-8"
    )
    assert load_params(file).surveys.labels == {"1": 5}


def test_bank_and_call_centre(real):
    """Figures of the sets' provenance: 5,000 answers from 0 to 10; 4,054 of 5,000 calls rated from 1 to 5."""
    columns = {"customer_id": "ID", "survey_date": "Survey date", "score": "NPS"}
    frame = pd.read_csv(real("nps_bank/NPStimeseries_ddmmyyyy_dash.csv"), dtype=str)
    frame = frame.rename(columns={old: new for new, old in columns.items()})[list(columns)]
    frame["survey_date"] = pd.to_datetime(frame["survey_date"], format="%d-%m-%Y")
    made = read_answers(
        data_of(frame.to_numpy().tolist(), "2021Q4", scale=(0, 10), attract=(9, 10), detract=(0, 6))
    )
    assert made.rows["score"].value_counts().sort_index().tolist() == [
        565, 172, 154, 181, 120, 321, 206, 292, 680, 712, 1597,
    ]  # fmt: skip
