"""Holds command lines in pages to the real commands: names, options and choices, without a run."""

import re
import shlex
from collections.abc import Iterator, Mapping

import click

from contract_tests.cli.main import main as gateway_contract
from mock_server.cli.main import main as gateway_mock
from openapi.cli.main import main as gateway_spec
from tests.project.source import ROOT

COMMANDS: Mapping[str, click.Group] = {
    "gateway-mock": gateway_mock,
    "gateway-contract": gateway_contract,
    "gateway-spec": gateway_spec,
}
_CHECKED = (click.Choice, click.types.IntParamType, click.types.FloatParamType)
_TARGETS = frozenset(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
# What a shell puts at the end of a command or in front of it.
_END = re.compile(r"^(?:[|&;<>]+|\|\||&&|2>&1)$|^[12]?>")
# A value that stands for another one: a variable of the shell, or a word in capitals.
_PLACEHOLDER = re.compile(r"\$[A-Za-z_@{]|^[A-Z_]+$")


def mistakes(script: str) -> Iterator[str]:
    """What the commands of this project would refuse in a shell script, whatever the files."""
    for line in script.replace("\\\n", " ").splitlines():
        for words in _commands(line):
            if words[0] in COMMANDS:
                yield from _refused(words)
            elif words[0] == "make":
                yield from _unknown_targets(words)


def _commands(line: str) -> Iterator[list[str]]:
    """The commands of a line that this project brings."""
    splitter = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    splitter.whitespace_split = True
    words: list[str] = []
    for word in [*splitter, ";"]:
        if _END.match(word):
            while words and ("=" in words[0] or words[0] in ("exec", "timeout", "$", "if")):
                words.pop(0)
            if words:
                yield words
            words = []
        else:
            words.append(word)


def _refused(words: list[str]) -> Iterator[str]:
    command, rest = _chosen(words)
    try:
        _check_options(command, rest)
    except click.UsageError as error:
        yield f"{' '.join(words)}: {error.format_message()}"


def _chosen(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command or subcommand that words name, and what follows it."""
    group, rest = COMMANDS[words[0]], words[1:]
    if rest and rest[0] in group.commands:
        return group.commands[rest[0]], rest[1:]
    return group, rest


def _check_options(command: click.Command, words: list[str]) -> None:
    """Check names of options, choices and numbers.

    Raises:
        click.UsageError: the command would refuse them.
    """
    with click.Context(command) as context:
        values, left, _ = command.make_parser(context).parse_args(list(words))
        # Only `gateway-mock` does something without a subcommand.
        if isinstance(command, click.Group) and left and not _PLACEHOLDER.search(left[0]):
            raise click.UsageError(f"there is no command {left[0]!r}")
        for parameter in command.params:
            value = values.get(parameter.name or "")
            for each in value if isinstance(value, list) else [value]:
                if isinstance(parameter.type, _CHECKED) and isinstance(each, str):
                    _convert(each, parameter, context)


def _convert(value: str, parameter: click.Parameter, context: click.Context) -> None:
    if not _PLACEHOLDER.search(value):
        parameter.type.convert(value, parameter, context)


def _unknown_targets(words: list[str]) -> Iterator[str]:
    for word in words[1:]:
        known = word in _TARGETS or word.startswith("-") or "=" in word
        if not known and not _PLACEHOLDER.search(word):
            yield f"{' '.join(words)}: the Makefile has no target {word!r}"
