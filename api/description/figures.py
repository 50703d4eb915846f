"""The shapes of indicators and their series; see ``api.indicators``."""

from __future__ import annotations

from api.description.vocabulary import (
    COUNT,
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    listed,
    maybe,
    one_of,
    record,
    ref,
)

_BLOCKS = ("volume", "maritime", "port", "corridor", "cost", "tickets", "data")
_GRAINS = ("day", "week", "month")
_DAY: Schema = {**TEXT, "description": "A day as 2026-11-26, or a month as 2026-11."}
LIST_FILTERS: dict[str, Schema] = {"block": one_of(_BLOCKS)}
ONE_FILTERS: dict[str, Schema] = {
    "grain": one_of(_GRAINS),
    "from": _DAY,
    "until": _DAY,
    "part": {**TEXT, "description": "One part, for example cargo:container or node:xx-border-malaba."},
}
_METHOD: dict[str, Schema] = {
    "slug": TEXT,
    "name": TEXT,
    "block": one_of(_BLOCKS),
    "measure": one_of(("duration", "sum", "share", "count", "stock")),
    "unit": TEXT,
    "definition": TEXT,
    "note": maybe(TEXT),
    "starts": listed(TEXT),
    "stops": maybe(TEXT),
    "exclusions": listed(TEXT),
    "target": maybe(record({"value": NUMBER, "unit": TEXT, "period": TEXT, "source": TEXT})),
    "is_more_better": FLAG,
    "is_counted_here": FLAG,
    "time_zone": TEXT,
    "percentiles": TEXT,
    "confidence_band": TEXT,
    "made_at": maybe(MOMENT),
}
_PERIOD: dict[str, Schema] = {
    "from": DAY,
    "until": DAY,
    **dict.fromkeys(("value", "p10", "p50", "p90"), maybe(NUMBER)),
    "median_band": maybe(listed(NUMBER)),
    "n": COUNT,
    "not_measured": COUNT,
    "coverage": maybe(NUMBER),
    "held_back": COUNT,
    "made_at": maybe(MOMENT),
}
_PUBLISHED: dict[str, Schema] = {
    "indicator": TEXT,
    "period": TEXT,
    "value": NUMBER,
    "unit": TEXT,
    "confidence": one_of(("sourced", "inferred", "superseded")),
    "source_url": TEXT,
    "note": TEXT,
    "is_superseded": FLAG,
}
COMPONENTS: dict[str, Schema] = {
    "Indicator": record({**_METHOD, "grain": one_of(_GRAINS), "series": listed(ref("IndicatorPeriod"))}),
    "IndicatorSeries": record(
        {
            **_METHOD,
            "grain": one_of(_GRAINS),
            "part": maybe(TEXT),
            "series": listed(ref("IndicatorPeriod")),
            "twelve_months": listed(ref("IndicatorPeriod")),
            "range": ref("IndicatorPeriod"),
            "published": listed(record(_PUBLISHED)),
        }
    ),
    "IndicatorPeriod": record(_PERIOD),
}
