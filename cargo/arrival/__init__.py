"""When cargo reaches Kigali, as a distribution: pure functions over arrays, without Django.

Times are hours since 1970 (UTC) as floats, durations are hours, unknown is NaN. See docs/arrival.md.
"""
