"""Turns what a call names into what a world takes; what is wrong is the caller's to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.scenario import Mix, Scenario
from mock_server.faults.active import Match, TooManyFaultsError
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, make_fault
from mock_server.http.errors import CONTROL_INVALID, TOO_MANY_FAULTS, ApiError
from mock_server.scenarios.selection import Scenarios
from mock_server.tenants.dialects import Dialects
from openapi.dialects.dialect import Dialect


@dataclass(frozen=True, slots=True)
class Setting:
    """What scenarios and dialects there are."""

    scenarios: Scenarios
    dialects: Dialects

    def course(self, asked: str | Mapping[str, float]) -> Scenario | Mix:
        """A scenario, or a mix of them.

        Raises:
            ApiError: 400, one is not known, or a weight makes no sense.
        """
        return self.scenarios.course(asked)

    def dialect(self, name: str) -> Dialect:
        """A dialect.

        Raises:
            ApiError: 400, it is not known.
        """
        return self.dialects.named(name)

    def fault(self, fields: Mapping[str, Any]) -> tuple[Fault, Match]:
        """A fault and the requests it is for.

        Raises:
            ApiError: 400, there is no such kind, or a setting is not right.
        """
        settings = {name: value for name, value in fields.items() if name != "kind"}
        try:
            return make_fault(fields["kind"], settings)
        except FaultError as error:
            raise ApiError(CONTROL_INVALID, f"{error}.") from error


def too_many_faults(error: TooManyFaultsError) -> ApiError:
    """The answer where there is no room for one more fault."""
    return ApiError(TOO_MANY_FAULTS, f"T{str(error)[1:]}.")
