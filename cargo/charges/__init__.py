"""What goods owe as time passes, counted from dated tariff rows: pure arithmetic that knows no database and no words.

A *clock* runs for a container from one event to another: some days are free, then each day costs. What the tariff
does not say is a ``Lack`` with its reason and never a zero. ``docs/charges.md`` states the clauses with examples.
May import: nothing but the standard library.
"""
