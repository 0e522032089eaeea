"""Reads the Dockerfile and compose.yaml as data; nothing is built or started."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.project.source import ROOT

_ARGUMENT = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile."""

    name: str
    text: str

    def words(self) -> list[str]:
        """Its words, whether it is written as JSON or as for a shell."""
        found: list[str] = (
            json.loads(self.text) if self.text.startswith("[") else shlex.split(self.text)
        )
        return found


def steps() -> list[Step]:
    """Every instruction of the Dockerfile, with the defaults of its arguments put in."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    found = [Step(*line.split(maxsplit=1)) for line in lines if line.strip()]
    defaults = dict(step.text.split("=", 1) for step in found if step.name == "ARG")
    return [
        Step(step.name, _ARGUMENT.sub(lambda name: defaults[name[1]], step.text)) for step in found
    ]


def last(name: str) -> Step:
    """The instruction of that name that counts."""
    return [step for step in steps() if step.name == name][-1]


def health_command() -> str:
    """What is run to see whether the container is well."""
    _, _, command = last("HEALTHCHECK").text.partition(" CMD ")
    return Step("CMD", command).words()[-1]


def ignored() -> list[str]:
    """The patterns of .dockerignore."""
    return [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] != "#"]


def compose() -> dict[str, Any]:
    """The composition."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def option(words: list[str], name: str) -> str:
    """The value that is given to an option."""
    return words[words.index(name) + 1]


def options(words: list[str]) -> Iterator[str]:
    """The names of all options."""
    return (word for word in words if word.startswith("--"))


def seconds(text: str) -> int:
    """A duration such as `15s`."""
    return int(text.removesuffix("s"))
