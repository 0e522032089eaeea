"""Reads the documents of services, and adds their operations to a contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.errors import SpecError, name_clash
from openapi.jobs.roles import JobRole, read_roles
from openapi.services import FOLDER, names


@dataclass(frozen=True)
class Service:
    """One service and its contract."""

    name: str
    contract: Contract

    @cached_property
    def roles(self) -> dict[str, JobRole]:
        """The parts that its operations have in a job's life, by operation id.

        Raises:
            SpecError: a role cannot be used.
        """
        return read_roles(self.contract)

    @property
    def summary(self) -> str:
        """What it is, in one line."""
        return str(self.contract.document["info"]["title"])


def load_service(name: str) -> Service:
    """Read a shipped service.

    Raises:
        SpecError: there is none of that name.
    """
    if name not in names():
        raise SpecError(
            what=f"no service '{name}'",
            where="--service",
            line=1,
            why=f"the services are {', '.join(names())}",
            remedy="'gateway-mock services' lists them; serve others with --contract or --pages",
        )
    return Service(name, Contract(load_contract(FOLDER / f"{name}.yaml")))


def add_services(contract: dict[str, Any], services: Iterable[str]) -> None:
    """Add the operations of services to a contract.

    Raises:
        SpecError: a service is unknown, or has a path or a schema of the contract's.
    """
    for name in services:
        document = load_service(name).contract.document
        for path in document["paths"]:
            if path in contract["paths"]:
                raise SpecError(
                    what=f"the service '{name}' cannot be served",
                    where=path,
                    line=1,
                    why="the contract has that path, too",
                    remedy="serve the service in a process of its own",
                )
        contract["paths"] |= document["paths"]
        schemas = contract["components"]["schemas"]
        for each, schema in document["components"]["schemas"].items():
            if each in schemas:
                raise name_clash(each)
            schemas[each] = schema
