"""Numbers in Kinyarwanda, by CLDR: 1.234,5."""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
