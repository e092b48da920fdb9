"""Tables of the checks of the data, and of how each file was read."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segbook.data.quality import Quality
from segbook.data.sources import TableRead
from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table
from segbook.words.findings import remarks
from segbook.words.i18n import Texts


@tables_of.register
def _(result: Quality, texts: Texts) -> list[Table]:
    checks = pd.DataFrame(
        [
            {
                "check": texts.t(f"quality.checks.{check}"),
                "status": texts.t(f"quality.statuses.{result.checks[check]}"),
                "remark": _remarks(result, check, texts),
            }
            for check in result.checks
        ]
    )
    account = result.account[result.account["rows"] > 0].reset_index()
    account["reason"] = [texts.t(f"quality.reasons.{reason}") for reason in account["reason"]]
    topic = "quality.columns"
    return [
        Table("quality", texts.t("quality.title"), checks, columns(checks, texts, topic)),
        Table("account", texts.t("quality.account"), account, columns(account, texts, topic)),
    ]


def _remarks(result: Quality, check: str, texts: Texts) -> str:
    said = [remark.text(texts) for each, remark in remarks(result) if each == check]
    fine = "fine" if "fresh" in result.checks else "fine_base"
    return "; ".join(said) or texts.t(f"quality.{fine}.{check}", **result.facts)


def reading_table(reads: Mapping[str, TableRead], texts: Texts) -> Table:
    """Give how each file was read, and which of it was detected rather than told."""
    rows = [
        (
            file.name,
            file.n_rows,
            "; ".join(_format(name, how, name in file.detected, texts) for name, how in file.format.items())
            or None,
        )
        for read in reads.values()
        for file in read.files
    ]
    frame = pd.DataFrame(rows, columns=["file", "rows", "format"])
    return Table("reading", texts.t("quality.reading"), frame, columns(frame, texts))


def _format(name: str, value: str, detected: bool, texts: Texts) -> str:
    shown = f"«{value}»" if name in {"delimiter", "decimal"} else value
    said = f"{texts.t(f'quality.formats.{name}')}: {shown}"
    return f"{said} ({texts.t('quality.detected')})" if detected else said


def others_table(facts: pd.DataFrame, texts: Texts) -> Table:
    """Give the rows of every table beside orders: how many count, and why the others do not.

    Parameters
    ----------
    facts
        As `segbook.data.client.ClientData.table_facts`.
    texts
        Language.
    """
    shown = facts[[name for name in facts if name in {"rows", "counted"} or facts[name].any()]].reset_index()
    shown["table"] = [texts.t(f"quality.tables.{name}") for name in shown["table"]]
    heads = {str(name): Column(texts.t(f"quality.facts.{name}"), "int") for name in shown}
    heads["table"] = Column(texts.t("quality.facts.table"))
    return Table("tables", texts.t("quality.others"), shown, heads)
