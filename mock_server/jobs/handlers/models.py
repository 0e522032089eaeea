"""The list of models, in the form that OpenAI's clients read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mock_server.http.exchange import Handler, Inbound, JsonReply
from openapi.catalogue.models import Catalogue, Model
from openapi.coverage import LENGTH_FIELDS, SIZE_FIELDS, documented_values
from openapi.dialects.dialect import Dialect

Contracts = Callable[[Dialect], Mapping[str, Any]]


class ModelHandlers:
    """``listModels``."""

    def __init__(self, catalogue: Catalogue, contracts: Contracts) -> None:
        self._catalogue = catalogue
        self._contracts = contracts
        self._written: dict[Dialect, list[dict[str, Any]]] = {}

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"listModels": self.list}

    async def list(self, request: Inbound) -> JsonReply:
        """Every model with its availability; when a model was created is unknown.

        Only sizes and lengths that the dialect documents are listed. A model that the dialect does
        not document is left out, unless it is retired.
        """
        dialect = request.dialect
        if dialect not in self._written:
            contract = self._contracts(dialect)
            models = self._catalogue.models.values()
            self._written[dialect] = [row for each in models for row in _rows(each, contract)]
        return JsonReply({"object": "list", "data": self._written[dialect]})


def _rows(model: Model, contract: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The model's entry, if the contract documents the model or it is retired."""
    sizes = documented_values(contract, model.name, SIZE_FIELDS) or model.sizes
    lengths = documented_values(contract, model.name, LENGTH_FIELDS) or map(str, model.seconds)
    if documented_values(contract, model.name, ("model",)) or model.status == "retired":
        yield _write(model, frozenset(sizes), frozenset(lengths))


def _write(model: Model, sizes: frozenset[str], lengths: frozenset[str]) -> dict[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "created": 0,
        "owned_by": model.family,
        "availability": model.status,
        "sizes": [size for size in model.sizes if size in sizes],
        "seconds": [length for length in model.seconds if str(length) in lengths],
    }
