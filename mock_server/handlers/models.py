"""The model list: the catalogue as an OpenAI client reads it."""

from typing import Any

from mock_server.exchange import Handler, Inbound, JsonReply
from openapi.catalogue import Catalogue, Model


class ModelHandlers:
    """``listModels``."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"listModels": self.list}

    async def list(self, _request: Inbound) -> JsonReply:
        """Every model with its availability; when a model was made is not on record."""
        data = [_write(model) for model in self._catalogue.models.values()]
        return JsonReply({"object": "list", "data": data})


def _write(model: Model) -> dict[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "created": 0,
        "owned_by": model.family,
        "availability": model.status,
        "sizes": list(model.sizes),
        "seconds": list(model.seconds),
    }
