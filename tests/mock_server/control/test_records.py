"""One record per object of the control API, for the server, the document and the client handle."""

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from mock_server.control.document import FILE
from mock_server.journal import Entry
from mock_server.journal.entry import File
from openapi.contract.document import load_contract
from video_gateway_mock import records

SCHEMAS = load_contract(FILE)["components"]["schemas"]
RECORDS = {
    "Clock": records.ClockRecord,
    "Fault": records.FaultRecord,
    "State": records.TenantRecord,
    "Endpoint": records.WebhookEndpoint,
    "Delivery": records.Delivery,
    "Job": records.JobRecord,
    "BillEntry": records.BillEntry,
    "Duplicate": records.Duplicate,
    "Bill": records.Bill,
    "ExampleIds": records.ExampleIds,
    "Request": records.Request,
}
# Shown only by the operation that creates an endpoint, which documents it there.
SECRET = "secret"
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def resolved(schema: Any) -> Any:
    """The schema that a reference points to."""
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def assert_describes(schema: Any, hint: Any) -> None:
    """Compare a schema with a field's type: JSON type, nullability, items."""
    schema = resolved(schema)
    alternatives = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    (kind,) = (each for each in alternatives if each is not NoneType)
    assert schema.get("nullable", False) is (NoneType in alternatives), (schema, hint)
    if is_dataclass(kind):
        names = [each.name for each in fields(kind) if each.name != SECRET]
        assert list(schema["properties"]) == names
        for name, each in get_type_hints(kind).items():
            if name != SECRET:
                assert_describes(schema["properties"][name], each)
    elif get_origin(kind) is tuple:
        assert schema["type"] == "array"
        assert_describes(schema["items"], get_args(kind)[0])
    else:
        assert schema["type"] == TYPES.get(kind, "object"), (schema, hint)


@pytest.mark.parametrize("name", RECORDS)
def test_the_document_has_the_fields_of_each_record(name: str) -> None:
    """Names, order, types and nullability agree, and every field is always sent."""
    schema = SCHEMAS[name]

    assert_describes(schema, RECORDS[name])
    assert schema["required"] == list(schema["properties"])


def test_a_journal_entry_has_the_fields_of_a_request() -> None:
    """Entries are sent as they are, so they have the names, order and defaults of the record."""
    assert [(each.name, each.default) for each in fields(Entry)] == [
        (each.name, each.default) for each in fields(records.Request)
    ]
    assert [each.name for each in fields(File)] == [
        each.name for each in fields(records.UploadedFile)
    ]
