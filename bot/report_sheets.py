"""How do tables become a workbook?"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence


def workbook(sheets: Iterable[tuple[str, Sequence[Sequence]]]) -> bytes:
    """One sheet for each (name, rows); the heading stands still, columns are as wide as their words."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append(list(row))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        wide = max((len(row) for row in rows), default=0)
        for column in range(wide):
            longest = max((len(str(row[column])) for row in rows if len(row) > column), default=8)
            sheet.column_dimensions[chr(65 + column)].width = min(70, longest + 2)
        for line in sheet.iter_rows():
            for cell in line:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        if wide > 2:
            sheet.freeze_panes = "A2"
            sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
