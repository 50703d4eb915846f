"""Message catalogues: what the code and the templates ask to be translated, and what the .po files hold of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template as translation_template

LANGUAGES = ("fr", "rw", "sw")
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_SKIPPED = {".venv", ".state", "tests", "migrations", "docs", "runner", "static.dist"}
# CLDR has no plural rules for Kinyarwanda; its nouns have a singular and a plural like those of Swahili.
_PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "rw": "nplurals=2; plural=(n != 1);",
    "sw": "nplurals=2; plural=(n != 1);",
}


def po_path(root: Path, language: str) -> Path:
    """Where a language's catalogue lies."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(root: Path) -> Catalog:
    """A catalogue of everything below ``root`` that asks to be translated, with the files that ask."""
    found = Catalog(project="KPA Liaison Office Kigali portal", charset="utf-8")
    for path, source in _sources(root):
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS):
            found.add(message, locations=[(path, 0)], context=context, flags=_flags(message))
    return found


def _flags(message: str | tuple[str, ...]) -> list[str]:
    texts = [message] if isinstance(message, str) else list(message)
    return ["python-format"] if any("%(" in text for text in texts) else []


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    """Every source as Python that the extractor can read; templates are turned into calls of gettext."""
    for path in sorted([*root.rglob("*.py"), *root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt")]):
        relative = path.relative_to(root)
        if _SKIPPED & set(relative.parts):
            continue
        text = path.read_text(encoding="utf-8")
        # In brackets, the indentation of what templatize leaves means nothing.
        yield str(relative), text if path.suffix == ".py" else f"({translation_template.templatize(text)}\n)"


def update(root: Path, language: str) -> tuple[int, int]:
    """Bring a language's .po to what is asked for now, keeping its translations; returns (messages, untranslated)."""
    wanted = collect(root)
    path = po_path(root, language)
    kept = read(root, language)
    catalog = Catalog(locale=language, project=wanted.project, charset="utf-8", fuzzy=False)
    catalog.mime_headers = []
    for message in sorted((m for m in wanted if m.id), key=lambda m: (str(m.id), m.context or "")):
        old = kept.get(message.id, message.context) if kept else None
        text = old.string if old and old.string else ""
        catalog.add(
            message.id, text, locations=sorted(set(message.locations)), flags=message.flags, context=message.context
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True, include_lineno=False, width=100)
    path.write_bytes(_header(language).encode() + buffer.getvalue())
    missing = [message for message in catalog if message.id and not _is_translated(message.string)]
    return len(catalog), len(missing)


def read(root: Path, language: str) -> Catalog | None:
    """A language's catalogue as it stands; None where there is no file yet."""
    path = po_path(root, language)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True)


def review_rows(root: Path, language: str) -> Iterator[list[str]]:
    """For a native reader: where a string stands, its context, the English, the translation; two columns are hers."""
    for message in read(root, language) or ():
        if message.id:
            where = ", ".join(sorted({path for path, _line in message.locations}))
            pair = zip(_texts(message.id), _texts(message.string), strict=False)
            yield from ([where, message.context or "", asked, said, "", ""] for asked, said in pair)


def _texts(of: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [of] if isinstance(of, str) else list(of or [])


def _is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all([string] if isinstance(string, str) else string or [None])


def _header(language: str) -> str:
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {_PLURALS[language]}\\n"\n\n'
    )
