"""One command, a year of a believable corridor, and live feeds: the demonstration.

Emits messages in the real formats and plays them through the real intake; holds the cast, a feed server
and an SMTP server.
Left out of an installation with DEMO=0; nothing imports it.
May import: every app.
"""
