"""The living page of all components: shown where plain values can, and of all of them on which pages they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liaison.forms import ProfileForm
from liaison.models import Organization

_TEMPLATES = Path(settings.BASE_DIR) / "templates"
_INCLUDED = re.compile(r'{% (?:include|extends|drawn) "components/([^"]+)"')


@dataclass(frozen=True, slots=True)
class Shown:
    """A component: its looks by the words of each case, and the templates that it is part of."""

    name: str
    looks: list[tuple[str, SafeString]]
    pages: list[str]


def components(request: HttpRequest, *, at: datetime) -> list[Shown]:
    """Every template of ``templates/components/``, those with looks first."""
    cases = samples(at=at)
    used = _used()
    found = [
        Shown(
            name,
            [
                (words, SafeString(render_to_string(f"components/{name}", case, request)))
                for words, case in cases.get(name, {}).items()
            ],
            sorted(used.get(name, ())),
        )
        for name in names()
    ]
    return sorted(found, key=lambda shown: (not shown.looks, shown.name))


def names() -> list[str]:
    """The components' files; those of mails are texts and have no looks."""
    return sorted(path.name for path in (_TEMPLATES / "components").glob("*.html"))


@lru_cache
def _used() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in _TEMPLATES.rglob("*"):
        if path.suffix in (".html", ".svg"):
            for name in _INCLUDED.findall(path.read_text(encoding="utf-8")):
                found.setdefault(name, set()).add(str(path.relative_to(_TEMPLATES)))
    return found


def samples(*, at: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    """For each component that plain values can show: the cases by their words, with what the template is given."""
    return {**_marks(), **_words(at), **_parts(at)}


def _each(name: str, values: str, **more: Any) -> dict[str, dict[str, Any]]:
    return {value: {name: value, **more} for value in values.split()}


def _marks() -> dict[str, dict[str, dict[str, Any]]]:
    """What says in one word how something stands: the same colours mean the same everywhere."""
    status = {"soon": _("At the border"), "good": _("Delivered"), "": _("Nothing heard yet"), "bad": _("At the port")}
    calls = {"due": _("Due"), "at_berth": _("At berth"), "sailed": _("Sailed")}
    return {
        "state.html": {tone: {"status": {"tone": tone, "state_label": label}} for tone, label in status.items()},
        "severity.html": _each("severity", "normal slow severe shut"),
        "standing.html": _each("state", "fresh late quiet failing paused"),
        "call_state.html": {code: {"state": code, "label": label} for code, label in calls.items()},
        "nomination_state.html": _each("state", "accepted waiting later ended"),
        "claim_state.html": {"waiting": {"claim": {}}},
        "channel_state.html": {state: {"row": {"state": state}} for state in ("well", "late", "stopped")},
        "organization_standing.html": {
            code: {"organization": {"standing": code, "get_standing_display": Organization.Standing(code).label}}
            for code in ("verified", "pending", "refused")
        },
        "distance.html": {"known": {"km": 1620}, "unknown": {}},
        "ratio.html": {"known": {"ratio": {"percent": 83.3, "part": 95, "whole": 114}}, "unknown": {"ratio": {}}},
    }


def _words(at: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    """A fact with its source and its age, and what is said where there is none."""
    return {
        "call_word.html": {
            "line": {
                "word": {
                    "source": "KPA", "label": _("Arrival"), "classifier": "EST", "at": at + timedelta(days=1),
                    "zone": "Africa/Nairobi", "place": "", "berth": "20", "received_at": at,
                }
            }
        },
        "none_found.html": {"list": {"label": _("All consignments")}},
        "binding.html": {"none": {"line": {}}},
        "silent_sources.html": {
            "one": {"silent": [{"slug": "kpa", "name": "KPA", "last_success_at": at - timedelta(days=2)}]},
            "none": {"silent": []},
        },
        "number_unknown.html": {"number": {"asked": {"words": "MSCU1234566", "query": ""}}},
        "what_to_do.html": {"refused": {}},
    }  # fmt: skip


def _parts(at: datetime) -> dict[str, dict[str, dict[str, Any]]]:
    """What pages are built of."""
    form = ProfileForm(auto_id="sample_%s")
    wrong = ProfileForm({"name": "", "phone": "12", "language": "xx"}, auto_id="wrong_%s")
    entry = {"label": _("Consignments"), "url": "#", "icon": "box", "is_current": True}
    return {
        "field.html": {"empty": {"field": form["name"]}, "wrong": {"field": wrong["phone"]}},
        "form.html": {"form": {"form": ProfileForm(auto_id="form_%s"), "button": _("Save")}},
        "find.html": {"list": {"filter": ProfileForm(auto_id="find_%s")}},
        "find_fields.html": {"narrowed": {"filter": ProfileForm({"phone": "12"}, auto_id="narrow_%s")}},
        "pager.html": {"middle": {"page": {"next_url": "#", "first_url": "#"}}, "only": {"page": {}}},
        "navigation_entry.html": {"one": {"item": entry}},
        "languages.html": {"all": {}},
        "person.html": {"signed in": {}},
        "unread.html": {"some": {"count": 3, "wait_s": 600, "most": 99}},
        "track.html": {"mark": {}},
        "offline_bar.html": {"kept": {"seen_at": at}},
    }
