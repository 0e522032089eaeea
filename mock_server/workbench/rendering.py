"""Templates, in which everything that is not written there is escaped."""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mock_server.domain.clock import stopwatch_us
from mock_server.workbench import words

# After so much work other requests take their turn.
_TURN_US = 200
_FOLDER = Path(__file__).with_name("templates")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        clock_time=words.clock_time,
        day=words.day,
        moment=words.moment,
        span=words.span,
        took=words.took,
        usd=words.usd,
        size=words.size,
        cut=words.cut,
        pretty=words.pretty,
    )
    return made


def prepare() -> None:
    """Compile all templates, which takes long enough to delay other requests."""
    for name in _templates().list_templates():
        _templates().get_template(name)


def render(template: str, values: Mapping[str, Any]) -> str:
    """The text of a template with these values."""
    return _templates().get_template(template).render(values)


async def render_in_turns(template: str, values: Mapping[str, Any]) -> str:
    """The text of a template with these values; it delays no other request for long."""
    pieces: list[str] = []
    began = stopwatch_us()
    for piece in _templates().get_template(template).generate(values):
        pieces.append(piece)
        if stopwatch_us() - began > _TURN_US:
            await asyncio.sleep(0)
            began = stopwatch_us()
    return "".join(pieces)
