"""The demo: a year of believable corridor, told in the real formats and played through the real intake.

``demo_load`` fills an empty database, ``demo_feed`` is the partner whose feeds the portal then pulls at the corridor's
true pace, ``demo_mail`` is the local mail server whose post is shown at /demo/mail/. The benchmarks live here too.
May import: every other app. Nothing imports it.
"""
