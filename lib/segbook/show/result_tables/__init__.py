"""The tables of every result: which columns, under which headers."""

from segbook.show.result_tables import (
    abtest,
    agreement,
    association,
    cards,
    coverage,
    csi,
    csi_causes,
    csi_people,
    economics,
    families,
    honesty,
    monday,
    money,
    movement,
    quality,
    retention,
    segments,
    tasks,
    verdict,
)
from segbook.show.result_tables.leads import recontact_tables
from segbook.show.result_tables.quality import others_table, reading_table
from segbook.show.result_tables.register import columns, tables_of
from segbook.show.result_tables.segments import (
    actions_table,
    all_customers_table,
    compact_table,
    method_table,
)

__all__ = [
    "abtest",
    "actions_table",
    "agreement",
    "all_customers_table",
    "association",
    "cards",
    "columns",
    "compact_table",
    "coverage",
    "csi",
    "csi_causes",
    "csi_people",
    "economics",
    "families",
    "honesty",
    "method_table",
    "monday",
    "money",
    "movement",
    "others_table",
    "quality",
    "reading_table",
    "recontact_tables",
    "retention",
    "segments",
    "tables_of",
    "tasks",
    "verdict",
]
