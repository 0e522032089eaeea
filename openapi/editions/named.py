"""The examples of a contract's client's edition by operation: what a collection sends first."""

from collections.abc import Mapping
from typing import Any

from openapi.contract.contract import Contract


class NamedExamples:
    """The examples of parameters and request bodies, by operation id."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        """Derive the client's edition of ``contract``, which takes a few tenths of a second."""
        from openapi.editions.clients import clients_edition

        self._edition = Contract(clients_edition(contract))

    def parameter(self, operation_id: str, name: str) -> Any:
        """The example of a parameter; None if the contract has no such parameter."""
        if not self._edition.has(operation_id):
            return None
        parameters = self._edition.operation(operation_id).parameters
        return next((each.get("example") for each in parameters if each["name"] == name), None)

    def request(self, operation_id: str) -> Any:
        """The example of a request body; None if the contract has no such operation."""
        if not self._edition.has(operation_id):
            return None
        for media in self._edition.operation(operation_id).content.values():
            shown = [each["value"] for each in media.get("examples", {}).values()]
            return media["example"] if "example" in media else shown[0]
        return None
