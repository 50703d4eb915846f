"""Trouble: operational-issue tickets, their clocks, incidents and escalation.

Opens cases from what ``cargo`` records in the journal; nothing below knows of it.
Empty until the tickets themselves are built.
May import: liaison, feeds, notify, corridor, cargo.
"""
