"""What goes out: one outbox row per person and channel, claimed with a lease and settled.

Owns the channels (e-mail, SMS, the in-app inbox) and the wording of each kind of news.
Knows nothing of feeds, consignments or tickets: whoever has news hands over plain data.
May import: liaison.
"""
