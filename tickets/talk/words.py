"""The words by which a text says what it wants, in English, French, Kinyarwanda and Kiswahili."""

from __future__ import annotations

# By what is wanted, the words of each language; those of English stand on posters and say nothing of the language.
_WORDS: dict[str, dict[str, str]] = {
    "track": {
        "": "TRACK WHERE",
        "fr": "SUIVRE SUIVI",
        "rw": "KURIKIRANA KURIKIRA",
        "sw": "FUATILIA FUATA",
    },
    "help": {
        "": "HELP INFO MENU",
        "fr": "AIDE",
        "rw": "UBUFASHA FASHA",
        "sw": "MSAADA SAIDIA",
    },
    "stop": {
        "": "STOP STOPALL UNSUBSCRIBE QUIT CANCEL",
        "fr": "ARRET ARRETER ARRETEZ",
        "rw": "HAGARIKA HAGARARA",
        "sw": "SIMAMISHA ACHA KOMESHA",
    },
    "start": {
        "": "START UNSTOP",
        "fr": "REPRENDRE COMMENCER",
        "rw": "TANGIRA",
        "sw": "ANZA",
    },
    "report": {
        "": "REPORT",
        "fr": "SIGNALER",
        "rw": "MENYESHA",
        "sw": "RIPOTI",
    },
}
_LANGUAGES: dict[str, str] = {
    "en": "EN ENGLISH",
    "fr": "FR FRANCAIS FRENCH",
    "rw": "RW KINYARWANDA IKINYARWANDA",
    "sw": "SW SWAHILI KISWAHILI",
}
# The word by itself: what is wanted, and the language that it is of (empty: any).
KEYWORDS: dict[str, tuple[str, str]] = {
    word: (kind, language)
    for kind, languages in _WORDS.items()
    for language, words in languages.items()
    for word in words.split()
}
LANGUAGE_NAMES: dict[str, str] = {word: code for code, words in _LANGUAGES.items() for word in words.split()}


def keyword(kind: str, language: str) -> str:
    """The word of that language for what is wanted, as answers name it."""
    words = _WORDS[kind]
    return words.get(language, words[""]).split()[0]
