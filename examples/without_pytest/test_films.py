"""The fake in a suite of ``unittest``: one server for the class, a new API key for each test."""

import unittest
from typing import ClassVar
from uuid import uuid4

import openai
from openai import OpenAI
from openai.types import Video

from video_gateway_mock import Gateway, running_gateway


class FilmTest(unittest.TestCase):
    """Each test has a key of its own, and so jobs, a clock, faults and a journal of its own."""

    server: ClassVar[Gateway]

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(running_gateway())

    def setUp(self) -> None:
        self.gateway = self.server.with_key(f"sk-{uuid4().hex}")
        self.gateway.clock.step(30)  # each poll is half a minute of a job's life
        self.client = self.enterContext(
            OpenAI(base_url=self.gateway.base_url, api_key=self.gateway.api_key, max_retries=1)
        )

    def film(self) -> Video:
        return self.client.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="8")

    def test_a_film_is_ready_after_some_polls(self) -> None:
        self.assertEqual(self.film().status, "completed")

    def test_a_film_that_fails_says_why(self) -> None:
        self.gateway.scenario("fails_at_60")
        error = self.film().error
        self.assertEqual(error and error.code, "generation_failed")

    def test_an_expired_film_is_gone(self) -> None:
        video = self.film()
        self.gateway.clock.advance(7 * 86400)
        with self.assertRaisesRegex(openai.NotFoundError, "expired"):
            self.client.videos.download_content(video.id)

    def test_the_client_comes_back_after_a_rate_limit(self) -> None:
        self.gateway.fault("rate_limit", operation="createVideo", first=1, retry_after_ms=1)
        self.film()
        self.gateway.verify(operation="createVideo", retry=1, exactly=1)


if __name__ == "__main__":
    unittest.main()
