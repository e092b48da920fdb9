"""The tables of every result: which columns, under which headers."""

from segbook.show.result_tables import (
    abtest,
    cards,
    families,
    monday,
    money,
    quality,
    segments,
)
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
    "all_customers_table",
    "cards",
    "columns",
    "compact_table",
    "families",
    "method_table",
    "monday",
    "money",
    "others_table",
    "quality",
    "reading_table",
    "segments",
    "tables_of",
]
