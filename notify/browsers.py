"""A person's own browsers: added with her permission, renewed by themselves, removed, forgotten once they are gone."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from liaison.journal import record
from liaison.models import Person
from notify.models import OwnBrowser
from notify.pushing import Browser

# The oldest goes where there are more.
MOST = 10


@transaction.atomic
def add_browser(*, person: Person, browser: Browser, name: str, by: Person | None, at: datetime) -> OwnBrowser:
    """Tell the person in this browser from now on; whoever was told in it before is no more."""
    OwnBrowser.objects.filter(endpoint=browser.endpoint).exclude(person=person).delete()
    # Of two who add it at once the one that waited for the other has it.
    said = {"person": person, "p256dh": browser.p256dh, "auth": browser.auth, "name": name[:60], "added_at": at}
    held, _is_new = OwnBrowser.objects.update_or_create(endpoint=browser.endpoint, defaults=said)
    newest = OwnBrowser.objects.filter(person=person).order_by("-added_at", "-pk").values("pk")
    OwnBrowser.objects.filter(person=person).exclude(pk__in=list(newest.values_list("pk", flat=True)[:MOST])).delete()
    record(kind="notify.browser_added", subject="person", key=str(person.pk), by=by, at=at)
    return held


@transaction.atomic
def remove_browser(*, held: OwnBrowser, by: Person | None, at: datetime) -> None:
    """Tell nobody in it any more."""
    if OwnBrowser.objects.filter(pk=held.pk).delete()[0]:
        record(kind="notify.browser_removed", subject="person", key=str(held.person_id), by=by, at=at)


def renew_browser(*, old: Browser, new: Browser, at: datetime) -> bool:
    """The browser's maker has given it another endpoint or keys; False for who does not know the old ones.

    Whoever else keeps browsers is told (settings.BROWSER_RENEWERS).
    """
    mine = OwnBrowser.objects.filter(endpoint=old.endpoint, p256dh=old.p256dh, auth=old.auth)
    with transaction.atomic():
        if mine.exists():
            OwnBrowser.objects.filter(endpoint=new.endpoint).exclude(endpoint=old.endpoint).delete()
        moved = mine.update(endpoint=new.endpoint, p256dh=new.p256dh, auth=new.auth)
        others = [import_string(name)(old=old, new=new, at=at) for name in settings.BROWSER_RENEWERS]
    return bool(moved) or any(others)
