"""Talking back by text: what people write by SMS, WhatsApp and USSD, and what they are answered.

``words`` and ``reading`` (text to a request) and ``menu`` (the USSD menu) are pure; ``answers`` words what is said,
``tracking`` looks goods up as far as the telephone may know, ``conversations`` stores, answers and logs.
"""
