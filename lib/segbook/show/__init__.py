"""Everything a reader sees of a result: tables, charts and the workbook."""
