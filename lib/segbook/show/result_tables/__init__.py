"""The tables of every result: which columns, under which headers."""

from segbook.show.result_tables import (
    families,
    monday,
    money,
    quality,
    segments,
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
    "actions_table",
    "all_customers_table",
    "columns",
    "compact_table",
    "families",
    "method_table",
    "monday",
    "money",
    "others_table",
    "quality",
    "reading_table",
    "recontact_tables",
    "segments",
    "tables_of",
]
