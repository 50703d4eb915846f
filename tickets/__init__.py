"""Trouble: operational-issue tickets, their clocks, incidents and escalation.

Opens cases from what ``cargo`` records in the journal; nothing below knows of it.
Every change of a ticket is one function in the noun's module that ends in the ticket's log and in the journal.
May import: liaison, feeds, notify, corridor, cargo.
"""
