"""Notifications in browsers by web push (RFC 8030, 8291, 8292): encrypted for one browser, signed by the portal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from pywebpush import WebPushException, webpush
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util import create_urllib3_context

from liaison.patience import retry_after
from liaison.reach import Reach, reach_of
from notify.channels.contract import AddressGone, PassingFailure, PermanentFailure
from notify.models import Letter, Notice, OwnBrowser
from notify.pushing import Push, browser_keys, is_taken_by
from notify.wording import reason_of, word

TIMEOUT_S = 10
# How long a service keeps what a sleeping phone cannot take.
KEPT_S = 24 * 3600
GONE = (404, 410)
TOO_LARGE = 413


class PushChannel:
    """Sends one message a request. A service that does not answer is left alone for the rest of the batch."""

    def __init__(self) -> None:
        self._session = _Session()
        self._down: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def pointless(self, rows: Sequence[Notice | Letter], *, at: datetime) -> dict[Notice | Letter, str]:
        """Nothing is known of any before it is sent."""
        return {}

    def send(self, row: Notice | Letter) -> None:
        """Send one row, to all of a person's browsers; raises PassingFailure or PermanentFailure.

        News that one of them has taken has been told: the others are not tried for longer. One that is gone is no more.
        """
        if isinstance(row, Letter):
            self._push(*compose(row))
            return
        held = OwnBrowser.objects.filter(person=row.person_id).order_by("-added_at", "-pk")
        failures: list[PassingFailure | PermanentFailure] = []
        for browser in held:
            try:
                self._push(browser.endpoint, pushed(row, browser))
            except AddressGone as failure:
                failures.append(failure)
                OwnBrowser.objects.filter(pk=browser.pk, endpoint=browser.endpoint).delete()
            except (PassingFailure, PermanentFailure) as failure:
                failures.append(failure)
        if len(failures) < len(held):
            return
        passing = [failure for failure in failures if isinstance(failure, PassingFailure)]
        raise passing[0] if passing else PermanentFailure("The person has no browser that shows news")

    def _push(self, endpoint: str, push: Push) -> None:
        service = urlsplit(endpoint).netloc
        if service in self._down:
            raise PassingFailure(self._down[service])
        self._session.proxies = dict(get_environ_proxies(endpoint))
        try:
            webpush(
                {"endpoint": endpoint, "keys": {"p256dh": push.p256dh, "auth": push.auth}},
                push.payload(),
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                # The library writes the audience and the end into what it is given.
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                ttl=KEPT_S,
                headers=_headers(service, push),
                timeout=TIMEOUT_S,
                requests_session=self._session,
            )
        except requests.RequestException as error:
            self._down[service] = f"{type(error).__name__}: {error}"
            raise PassingFailure(self._down[service]) from error
        except WebPushException as error:
            _settle(error)


def _headers(service: str, push: Push) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {
        "Urgency": push.urgency,
        "Topic": push.tag,
        "Content-Type": "application/octet-stream",
    }
    # Windows' service takes nothing without it, and others may refuse it.
    return found | {"X-WNS-Type": "wns/raw"} if service.endswith(".notify.windows.com") else found


def _settle(error: WebPushException) -> None:
    """What a service's answer means; the library takes some that are yes for a no."""
    status = error.status_code
    if status is None:
        raise PermanentFailure(str(error)) from error
    if 200 <= status < 300:
        return
    # A service's own words may be long and are nobody's to keep.
    words = f"HTTP {status}"
    if status in GONE:
        raise AddressGone(words) from error
    if status == TOO_LARGE:
        raise PermanentFailure(words) from error
    # A key refused speaks of the portal's set-up, not of this message.
    rest = retry_after(error.retry_after or "", timezone.now())
    raise PassingFailure(words, rest=timedelta(seconds=rest or 0)) from error


def compose(row: Letter) -> tuple[str, Push]:
    """The endpoint and what goes there; raises PermanentFailure where there is none, or it is no push service's."""
    if not is_taken_by(row.address, settings.PUSH_SERVICES):
        raise PermanentFailure("This is no push service that the portal knows")
    try:
        push = Push.unpacked(row.body)
        browser_keys(push.p256dh, push.auth)
    except ValueError as error:
        raise PermanentFailure(f"{type(error).__name__}: {error}") from error
    return row.address, push


def pushed(notice: Notice, browser: OwnBrowser) -> Push:
    """News as one of the person's browsers shows it: what comes later about the same thing takes its place."""
    if not is_taken_by(browser.endpoint, settings.PUSH_SERVICES):
        raise PermanentFailure("This is no push service that the portal knows")
    words = word(notice)
    about = f"{notice.entry.subject}:{notice.entry.key}" if len(notice.bundle) < 2 else f"bundle:{notice.person_id}"
    with translation.override(notice.person.language):
        change_words = gettext("Settings")
    return Push(
        p256dh=browser.p256dh,
        auth=browser.auth,
        title=words.subject,
        body=words.body.strip(),
        url=words.url,
        language=notice.person.language,
        tag=hashlib.sha256(about.encode()).hexdigest()[:32],
        urgency="high" if notice.is_urgent else "normal",
        why=reason_of(notice),
        change=settings.PORTAL_URL + reverse("notify:notification_edit"),
        change_words=change_words,
    )


class _Connection(HTTPSConnection):
    """Speaks to no machine of the portal's own network, whatever a name leads to."""

    def connect(self) -> None:
        """Connect, and hang up before a word is said where it is too near."""
        super().connect()
        address = str(self.sock.getpeername()[0]) if self.sock else ""
        if reach_of(address) > _widest(self.host):
            self.close()
            raise NewConnectionError(self, f"{self.host} leads into the portal's own network")


def _widest(host: str) -> Reach:
    """A name is public; an operator who names a number as a push service means that one."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return Reach.PUBLIC
    return Reach.LOCAL


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    """Checks where each connection really leads, and trusts the machine's own authorities beside the usual ones."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let connections be ours."""
        context = create_urllib3_context()
        context.load_default_certs()
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}


class _Session(requests.Session):
    """Follows nobody elsewhere, and takes no password out of a file of this machine."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.adapters.clear()
        self.mount("https://", _Adapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: a push service sends nobody on."""
