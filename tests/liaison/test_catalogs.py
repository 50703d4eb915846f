"""What native readers are given: every string, where it stands, and its translation."""

from __future__ import annotations

import csv
import io

from django.conf import settings
from django.core.management import call_command

from liaison.catalogs import read, review_rows


def test_every_string_is_in_the_list_with_its_place() -> None:
    rows = list(review_rows(settings.BASE_DIR, "rw"))
    asked = [message for message in read(settings.BASE_DIR, "rw") or () if message.id]
    assert len(rows) == sum(1 if isinstance(message.id, str) else 2 for message in asked)
    assert [row for row in rows if not (row[0] and row[2] and row[3]) or row[4:] != ["", ""]] == []
    demurrage = next(row for row in rows if row[2] == "Demurrage")
    assert demurrage[0] == "liaison/glossary.py"


def test_the_list_is_a_table_for_a_spreadsheet() -> None:
    out = io.StringIO()
    call_command("strings_export", "sw", stdout=out)
    table = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert table[0] == ["where", "context", "English", "sw", "better", "remark"]
    assert len(table) - 1 == len(list(review_rows(settings.BASE_DIR, "sw")))
    assert {len(row) for row in table} == {6}
