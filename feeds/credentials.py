"""What a source's owner must not have read by others: taken out of settings and addresses, kept sealed, never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit

from cryptography.fernet import InvalidToken

from liaison.sealing import seal, unseal

SECRETS = frozenset("password secret hmac_secret api_key bearer private_key client_secret".split())
TOKEN = "token"  # noqa: S105 - the name of the push token among the others
# What a header, or a parameter of an address, is called where it holds a secret.
_SECRET_NAME = re.compile(r"auth|cookie|key|token|secret|passw|^(pass|pwd|sig|signature)$", re.IGNORECASE)
# A shorter value would be found in words that have nothing to do with it.
SHORTEST_IN_ADDRESS = 6
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
        spellings = {spelling for value in self.values.values() for spelling in _spellings(value)}
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, HIDDEN)
        return text


def _spellings(value: str) -> set[str]:
    """A secret as it may stand in words: as it is, without blanks around it, as Python prints it, as addresses do."""
    return set(filter(None, [value, value.strip(), repr(value)[1:-1], quote(value, safe="")]))


def split_settings(settings: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings that may be shown, and those that are secrets."""
    hidden = {name: value for name, value in settings.items() if _is_secret(name)}
    return {name: value for name, value in settings.items() if name not in hidden}, hidden


def _is_secret(name: str) -> bool:
    of_header = name.startswith("header:") and _SECRET_NAME.search(name.removeprefix("header:"))
    return name in SECRETS or bool(of_header)


def address_secrets(url: str) -> dict[str, str]:
    """The secrets among the parameters of an address, as they stand there and as they are meant."""
    parts = _parts_of(url)
    found: dict[str, str] = {}
    for pair in parts.query.split("&") if parts else []:
        name, _equals, value = pair.partition("=")
        if _SECRET_NAME.search(unquote_plus(name)) and len(value) >= SHORTEST_IN_ADDRESS:
            found |= {f"address:{name}": value, f"address:{name}:meant": unquote_plus(value)}
    return found


def shown_address(url: str) -> str:
    """The address without the secrets that stand in it, as it may be shown."""
    return Credentials(address_secrets(url)).mask(split_address(url)[0])


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
