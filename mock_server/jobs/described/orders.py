"""The orders of jobs that other services create, and the ids of these jobs."""

import re
from collections.abc import Mapping
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Order
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import order_of, text
from openapi.catalogue.models import Catalogue, Model
from openapi.dialects.dialect import IdForm
from openapi.jobs.roles import JobRole

_USUAL_SIZE = "1280x720"
_ASKED = ("model", "prompt", "seconds", "size", "aspect_ratio")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class OrderReader:
    """Reads the requests of one operation that creates jobs."""

    def __init__(self, role: JobRole) -> None:
        """Look up the names of its fields, and the sizes that its pages list."""
        self._fields = role.fields
        self._family = role.operation.variants[0].family
        size = role.fields.get("size", "")
        self._sizes = {value for each in role.operation.variants for value in each.shown(size)}

    def model_of(self, sent: Mapping[str, Any]) -> str:
        """The name of the model that a request is for."""
        return str(sent.get(self._fields["model"], ""))

    def __call__(self, sent: Mapping[str, Any], model: Model, catalogue: Catalogue) -> Order:
        """The order of a checked create request; missing values are the model's defaults."""
        fields = dict(sent)
        for name in _ASKED:
            fields[name] = sent.get(self._fields.get(name, ""))
        fields["prompt"] = fields["prompt"] or ""
        size = text(fields, "size") or text(fields, "aspect_ratio") or model.default_size
        return order_of(
            fields,
            model,
            catalogue,
            family=self._family,
            size=size or self._smallest(catalogue),
            length="seconds",
        )

    def _smallest(self, catalogue: Catalogue) -> str:
        """The smallest size that is listed; nothing says what a model without a row takes."""
        sizes = catalogue.sizes
        known = [each for each in self._sizes if each in sizes]
        return min(known, key=lambda each: sizes[each].width, default=_USUAL_SIZE)


class NewId:
    """Draws the ids of new jobs, in the form that a contract gives, else in the dialect's."""

    def __init__(self, role: JobRole) -> None:
        """Read the forms, of which families of models may have their own."""
        families = role.ids.get("families", {})
        self._families = {name: _form(raw) for name, raw in families.items()}
        self._usual = _form(role.ids) if role.ids else None

    def draw(self, ids: IdSource, model: Model, dialect_form: IdForm, now_ms: int) -> str:
        """An id of a job created at ``now_ms``."""
        found = self._families.get(model.family, self._usual)
        if found is None:
            return videos.new_id(ids, dialect_form, now_ms)
        prefix, form = found
        # Ids are used in URLs and file names; the name of an unlisted model can have any
        # characters.
        prefix = prefix.replace("{second}", str(now_ms // 1000))
        prefix = prefix.replace("{model}", _UNSAFE.sub("-", model.name))
        return prefix + videos.new_id(ids, form, now_ms)


def _form(raw: Mapping[str, Any]) -> tuple[str, IdForm]:
    """A prefix with places for the model and the second, and what comes after it."""
    return raw.get("prefix", ""), IdForm(raw["form"], "", raw.get("length", 0))
