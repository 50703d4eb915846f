"""What a source's owner must not have read by others: taken out of settings and addresses, kept sealed, never shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from cryptography.fernet import InvalidToken

from liaison.sealing import seal, unseal

SECRETS = frozenset("password secret hmac_secret api_key bearer private_key client_secret".split())
TOKEN = "token"  # noqa: S105 - the name of the push token among the others
HIDDEN = "\N{HORIZONTAL ELLIPSIS}"


class Unreadable(Exception):
    """The secrets were sealed with a key that the portal no longer has."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A source's secrets by name; they are not part of what is printed or logged of it."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        """The secret, or an empty text."""
        return self.values.get(name, "")

    def mask(self, text: str) -> str:
        """``text`` without any of the secrets that stand in it."""
        for value in sorted(filter(None, self.values.values()), key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text


def split_settings(settings: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings that may be shown, and those that are secrets."""
    plain = {name: value for name, value in settings.items() if name not in SECRETS}
    return plain, {name: value for name, value in settings.items() if name in SECRETS}


def split_address(url: str) -> tuple[str, str]:
    """The address without its password, and the password; an address that cannot be read is left as it is."""
    parts = _parts_of(url)
    if parts is None or not parts.password:
        return url, ""
    user, _colon, _password = parts.netloc.rpartition("@")[0].partition(":")
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}@{host}" if user else host).geturl(), unquote(parts.password)


def without_user(url: str) -> tuple[str, str]:
    """The address without the user's name, and the name."""
    url, _password = split_address(url)
    parts = _parts_of(url)
    if parts is None or not parts.username:
        return url, ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), unquote(parts.username)


def _parts_of(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def seal_secrets(secrets: Mapping[str, str]) -> str:
    """The secrets as they are kept; nothing where there are none."""
    kept = {name: value for name, value in secrets.items() if value}
    return seal(json.dumps(kept)) if kept else ""


def unseal_secrets(sealed: str) -> Credentials:
    """The secrets again; raises Unreadable where the portal's key has changed since."""
    if not sealed:
        return Credentials()
    try:
        return Credentials(json.loads(unseal(sealed)))
    except (InvalidToken, ValueError) as error:
        raise Unreadable("The source's secrets cannot be opened: give them again with source_add") from error
