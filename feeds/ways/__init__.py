"""The ways in by which the portal fetches, by the name of ``Source.fetch``; each gives items, whoever holds them."""

from __future__ import annotations

from feeds.ways import folder, http, mailbox, remote
from feeds.ways.contract import Way

WAYS: dict[str, Way] = {
    "http": http.fetch,
    "folder": folder.fetch,
    "sftp": remote.fetch,
    "mailbox": mailbox.fetch,
}
