"""How what to do on Monday is laid out: first what cannot wait, then every action, then who and where."""

from __future__ import annotations

from segbook.report.arrange import arrange
from segbook.report.report import Report
from segbook.show.result_tables import tables_of
from segbook.stats.monday import Monday
from segbook.words.findings import findings


@arrange.register
def _(result: Monday, report: Report) -> None:
    texts = report.texts
    said = findings(result)
    report.prose(texts.t("monday.three" if said else "monday.none"))
    report.say(said, numbered=True)
    if not said:
        return
    actions, where, *lists = tables_of(result, texts)
    report.table(actions)
    report.table(where)
    for each in lists:
        report.attach(each)
    if result.n_others:
        report.prose(texts.t("monday.others", customers=result.n_others, revenue=result.others_revenue))
