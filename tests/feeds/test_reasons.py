"""Every reason has a sentence that a clerk understands, in the language of whoever reads it."""

from __future__ import annotations

import ast

import pytest
from django.utils import translation

from feeds.reasons import FAULTS, FLAGS, explain
from tests import shape

CODES = sorted({**FAULTS, **FLAGS})


def given() -> set[str]:
    """The codes that the source gives as reasons of a fault."""
    modules = [
        module
        for module in shape.source()
        if module.path.relative_to(shape.ROOT).parts[0] in ("feeds", "corridor", "cargo")
    ]
    calls = [call for module in modules for call in shape.calls(module, "Fault", "_fault", "fault", "whole")]
    named = [word.value for call in calls for word in call.keywords if word.arg == "code"]
    first = [call.args[0] for call in calls if call.args]
    of_facts = [call.args[1] for module in modules for call in shape.calls(module, "fault_of")]
    return {
        str(value.value) for value in (*named, *first, *of_facts) if isinstance(value, ast.Constant) and value.value
    }


def test_no_part_is_set_aside_for_a_reason_without_a_sentence() -> None:
    assert given() - FAULTS.keys() == set()
    assert given() >= {"empty", "html", "truncated", "no_time", "future", "unknown_node", "reader_failed"}


@pytest.mark.parametrize("code", CODES)
def test_a_reason_is_a_sentence_and_no_code(code: str) -> None:
    with translation.override("en"):
        sentence = explain(code)
    assert (sentence[0].isupper(), sentence[-1]) == (True, ".")
    assert [mark for mark in "_{}%<>" if mark in sentence] == []
    assert 20 <= len(sentence) <= 140


def test_no_two_reasons_sound_the_same() -> None:
    assert len({explain(code) for code in CODES}) == len(CODES)


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_a_reason_is_told_in_the_reader_s_language(language: str) -> None:
    english = {code: explain(code) for code in CODES}
    with translation.override(language):
        assert [code for code in CODES if explain(code) == english[code]] == []


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert [explain(code) for code in ("unheard_of", "")] == ["unheard_of", ""]
