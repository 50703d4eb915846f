"""A browser in plain words, for the list of sessions."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that fits: most browsers also claim to be those below them.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "UCBrowser": "UC Browser",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
    "KAIOS": "KaiOS",
}


def browser_words(user_agent: str) -> str:
    """ "Chrome on Android" for what the browser says of itself; it may say anything."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), _("An unknown browser"))
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
