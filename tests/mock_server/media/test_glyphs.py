"""The dot alphabet: right size, every letter its own, anything else a box."""

import string

from mock_server.media import glyphs

LETTERS = string.ascii_uppercase + string.digits + " -.:/_"


def dots(text: str) -> list[str]:
    """The rows of `text` as a person would type them."""
    return ["".join("#" if flag else "." for flag in row) for row in glyphs.dot_rows(text)]


def test_a_letter_is_drawn_as_it_reads() -> None:
    """Rows run downwards and bits from left to right, with one empty column at the end."""
    assert dots("F") == ["#####.", "#.....", "#.....", "####..", "#.....", "#.....", "#....."]


def test_text_is_as_wide_as_its_letters() -> None:
    """Each letter takes six columns in each of the seven rows."""
    rows = dots("video_12")

    assert [len(row) for row in rows] == [8 * (glyphs.WIDTH + 1)] * glyphs.HEIGHT


def test_no_two_letters_look_alike() -> None:
    """Every letter and digit of an id has a form of its own, the box for unknown ones too."""
    forms = {tuple(dots(letter)) for letter in LETTERS + "?"}

    assert len(forms) == len(LETTERS) + 1


def test_small_letters_are_written_as_capitals() -> None:
    """An id in small letters shows the same dots as in capitals."""
    assert dots("task_az") == dots("TASK_AZ")


def test_every_letter_of_another_script_is_one_box() -> None:
    """An unknown letter, even one with a two-letter capital, is one hollow box."""
    assert dots("ß猫") == dots("??")
