"""Clocks of tickets: what was promised, by whose calendar, and how much of it is left; a pure function of the log.

A clock runs from one happening to another and counts open time alone; it stands still while somebody else is waited
for. Nothing is stored: the same log in any order, with any duplicates, gives the same clocks. ``docs/clocks.md`` states
the clauses.
May import: nothing but the standard library and, for the holidays of countries, ``holidays``.
"""
