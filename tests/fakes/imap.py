"""An IMAP server with a mailbox in memory: enough of IMAP4rev1 to sign in, search, fetch, mark and move."""

from __future__ import annotations

import re
import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.serving import Fake
from tests.fakes.sftp import PASSWORD, USER


@dataclass
class Mail:
    """A mail with its number in the mailbox and its flags; ``said`` is a size that is not its own."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)
    said: int = 0
    is_broken: bool = False


class ImapServer(Fake):
    """Holds ``folders`` of mails; ``abilities`` is what it says that it can beside IMAP4rev1."""

    def __init__(self, abilities: str = "MOVE UIDPLUS") -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.folders: dict[str, list[Mail]] = {"INBOX": []}
        self.abilities = abilities
        self.asked: list[str] = []

    def put(self, raw: bytes) -> Mail:
        """A new mail in the inbox."""
        mail = Mail(sum(map(len, self.folders.values())) + 11, raw)
        self.folders["INBOX"].append(mail)
        return mail


_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|\S+)')


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer
    folder = ""

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            self.tag, verb, *given = line.split(" ", 2)
            arguments = [m[1].replace('\\"', '"') if m[1] else m[2] for m in _ARGUMENT.finditer("".join(given))]
            if verb.upper() == "UID":
                verb = f"UID_{arguments.pop(0)}"
            self.server.asked.append(verb.upper())
            act: Callable[..., None] = getattr(self, f"do_{verb.upper()}", self.unknown)
            act(*arguments)

    def say(self, words: str | bytes) -> None:
        self.wfile.write((words.encode() if isinstance(words, str) else words) + b"\r\n")

    def end(self, words: str = "OK done") -> None:
        self.say(f"{self.tag} {words}")

    def unknown(self, *arguments: str) -> None:
        self.end("BAD unknown")

    def mails(self) -> list[Mail]:
        return self.server.folders[self.folder]

    def one(self, uid: str) -> Mail:
        return next(mail for mail in self.mails() if mail.uid == int(uid))

    def do_CAPABILITY(self) -> None:
        self.say(f"* CAPABILITY IMAP4rev1 {self.server.abilities}")
        self.end()

    def do_LOGIN(self, user: str, password: str) -> None:
        self.end("OK welcome" if (user, password) == (USER, PASSWORD) else "NO not you")

    def do_SELECT(self, name: str) -> None:
        if name not in self.server.folders:
            self.end("NO no such mailbox")
            return
        self.folder = name
        self.say(f"* {len(self.mails())} EXISTS")
        self.end("OK [READ-WRITE] selected")

    def do_UID_SEARCH(self, *arguments: str) -> None:
        found = [str(mail.uid) for mail in self.mails() if "\\Seen" not in mail.flags]
        self.say(f"* SEARCH {' '.join(found)}".rstrip())
        self.end()

    def do_UID_FETCH(self, uid: str, what: str) -> None:
        mail = self.one(uid)
        if "RFC822.SIZE" in what:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {mail.said or len(mail.raw)})")
        elif mail.is_broken:
            self.end("NO [SERVERBUG] cannot be read")
            return
        else:
            self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(mail.raw)}}}".encode() + b"\r\n" + mail.raw + b")")
        self.end()

    def do_UID_STORE(self, uid: str, how: str, flags: str) -> None:
        self.one(uid).flags |= set(flags.strip("()").split())
        self.end()

    def do_CREATE(self, name: str) -> None:
        self.server.folders.setdefault(name, [])
        self.end()

    def do_UID_COPY(self, uid: str, name: str) -> None:
        if name not in self.server.folders:
            self.end("NO [TRYCREATE] no such mailbox")
            return
        self.server.folders[name].append(self.one(uid))
        self.end()

    def do_UID_MOVE(self, uid: str, name: str) -> None:
        mail = self.one(uid)
        self.do_UID_COPY(uid, name)
        if name in self.server.folders:
            self.mails().remove(mail)

    def do_UID_EXPUNGE(self, uid: str) -> None:
        self.mails().remove(self.one(uid))
        self.end()

    def do_LOGOUT(self) -> None:
        self.say("* BYE")
        self.end()
