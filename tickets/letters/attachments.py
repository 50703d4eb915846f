"""Files of a mail: what may be kept, by its bytes and not by its name, and the reason where it may not."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

import filetype

from tickets.letters.letter import Attachment, Declined

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_TOGETHER, MOST_FILES = 10 * MEGABYTE, 25 * MEGABYTE, 20
LONGEST_NAME = 120
# Within an office file, before its list is read.
MOST_MEMBERS = 5_000
REASONS = frozenset(
    "empty too_large too_large_together too_many macros program archive page unknown_type unreadable".split()
)
_PLAIN = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/heic"}
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# The container of Word, Excel and PowerPoint before 2007 (MS-CFB), and what it holds where there are macros.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_COMPOUND_MACROS = tuple(word.encode("utf-16-le") for word in ("_VBA_PROJECT", "VBA", "Macros"))
_COMPOUND_TYPES = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02",
)
_PROGRAM_NAMES = frozenset(
    "apk app bat chm cmd com cpl dll exe hta iso img jar js jse lnk msi msp one pif ps1 reg scr sh url vb vbe vbs vhd "
    "wsf".split()
)
_MACRO_NAMES = frozenset("docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam".split())
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf'\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_MACRO_PARTS = re.compile(r"vbaproject|/macrosheets/", re.IGNORECASE)
_MARKUP = re.compile(
    rb"\s*(?:<!doctype html|<html|<head|<body|<script|<svg|<\?xml[^>]{0,200}\?>\s*<(?:svg|html))", re.IGNORECASE
)


class Kept:
    """The files of one mail as they come, as long as they are not too many or too large together."""

    def __init__(self) -> None:
        self.attachments: list[Attachment] = []
        self.declined: list[Declined] = []
        self._bytes = 0

    def take(self, name: str, content: bytes, *, is_inline: bool = False) -> None:
        """Keep the file, or note why it is not kept."""
        name = clean_name(name)
        content_type, reason = type_of(name, content)
        if not reason and len(self.attachments) >= MOST_FILES:
            reason = "too_many"
        if not reason and self._bytes + len(content) > MOST_TOGETHER:
            reason = "too_large_together"
        if reason:
            self.decline(name, len(content), reason)
            return
        self._bytes += len(content)
        self.attachments.append(Attachment(name, content_type, content, is_inline))

    def decline(self, name: str, size: int, reason: str) -> None:
        """Note a file that is not kept; of very many only the first are named."""
        if len(self.declined) < MOST_FILES:
            self.declined.append(Declined(clean_name(name), size, reason))


def clean_name(name: str) -> str:
    """A name without folders or anything that is not shown, short, and never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(character for character in last if character.isprintable()).strip(" .")
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[: LONGEST_NAME - 11]}{dot}{ending[:10]}" if dot else shown[:LONGEST_NAME]
    return shown or "file"


def type_of(name: str, content: bytes) -> tuple[str, str]:
    """The content type that the bytes are of, and the code of the reason why they are not kept, one of REASONS."""
    ending = name.rpartition(".")[2].lower()
    if not content:
        return "", "empty"
    if len(content) > MOST_BYTES:
        return "", "too_large"
    if ending in _PROGRAM_NAMES or content.startswith(_PROGRAMS):
        return "", "program"
    if ending in _MACRO_NAMES:
        return "", "macros"
    if content.startswith(_COMPOUND):
        return _compound(content)
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return _loose(content)


def _loose(content: bytes) -> tuple[str, str]:
    if content.startswith(_ARCHIVES):
        return "", "archive"
    if _MARKUP.match(content[:2000].removeprefix(b"\xef\xbb\xbf")):
        return "", "page"
    found = filetype.guess_mime(content)
    if found in _PLAIN:
        return str(found), ""
    return ("text/plain", "") if found is None and _is_text(content) else ("", "unknown_type")


def _is_text(content: bytes) -> bool:
    """Whether it is words, tables or a message in lines, in UTF-8 or an encoding of one byte a letter."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    odd = sum(1 for character in text[:20_000] if not (character.isprintable() or character in "\r\n\t\f\ufeff"))
    return odd * 100 <= len(text[:20_000])


def _compound(content: bytes) -> tuple[str, str]:
    if any(word in content for word in _COMPOUND_MACROS):
        return "", "macros"
    for stream, content_type in _COMPOUND_TYPES.items():
        if stream.encode("utf-16-le") in content:
            return content_type, ""
    return "", "unknown_type"


def _packed(content: bytes) -> tuple[str, str]:
    """An office file by the list of what is in it; nothing but its own short name is unpacked."""
    if content.count(b"PK\x01\x02") > MOST_MEMBERS:
        return "", "archive"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            is_secret = any(member.flag_bits & 1 for member in archive.infolist())
            if "mimetype" in names and not is_secret:
                return _open_document(archive, names)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return "", "unreadable"
    return ("", "archive") if is_secret else _office(names)


def _office(names: list[str]) -> tuple[str, str]:
    if any(_MACRO_PARTS.search(name) for name in names):
        return "", "macros"
    if "[Content_Types].xml" not in names:
        return "", "archive"
    found = [content_type for folder, content_type in _OFFICE.items() if any(name.startswith(folder) for name in names)]
    return (found[0], "") if len(found) == 1 else ("", "unknown_type")


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> tuple[str, str]:
    if archive.getinfo("mimetype").compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # The others may ask for gigabytes before they give a byte.
        return "", "unreadable"
    with archive.open("mimetype") as file:
        said = file.read(100).decode("ascii", "replace").strip()
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        return "", "macros"
    kind = said.removeprefix(_OPEN_DOCUMENT)
    return (said, "") if kind in ("text", "spreadsheet", "presentation") and kind != said else ("", "archive")
