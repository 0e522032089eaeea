"""Holds the names that a contract gives where its pages give none."""

import pytest

from openapi.merging.bodies import capitalised, operation_id, operation_words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sora-image-zh", "SoraImageZh"),
        ("video.deleted", "VideoDeleted"),
        ("application/json", "ApplicationJson"),
        ("videoTask", "VideoTask"),
        ("", ""),
    ],
)
def test_words_become_one_name(text: str, name: str) -> None:
    """Every word starts with a capital letter; what lies between them is left out."""
    assert capitalised(text) == name


@pytest.mark.parametrize(
    ("path", "method", "name", "words"),
    [
        ("/v1/videos", "post", "post_v1_videos", "Videos"),
        ("/v1/video/create", "post", "post_v1_video_create", "VideoCreate"),
        ("/v1/videos/{id}", "get", "get_v1_videos_by_id", "GetVideosById"),
        ("/", "get", "get_", "Get"),
    ],
)
def test_an_operation_is_named_after_method_and_path(
    path: str, method: str, name: str, words: str
) -> None:
    """Its id has every step of the path, its words leave version and post out."""
    assert operation_id(path, method) == name
    assert operation_words(path, method) == words


def test_a_parameter_and_a_word_of_its_name_are_kept_apart() -> None:
    """Two paths that differ in braces only have different ids."""
    assert operation_id("/a/{b}", "get") != operation_id("/a/b", "get")
