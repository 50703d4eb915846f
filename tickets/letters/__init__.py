"""Letters: what a mail says, from whom, in answer to what, and which ticket it belongs to; pure, and it never raises.

The whole text is kept always; what is new in it is split from quotes and signature beside it. Whatever is refused is
refused with a reason. May import: the standard library, ``filetype`` and the pure readers of ``feeds``.
"""
