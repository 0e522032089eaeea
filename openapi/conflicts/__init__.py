"""The conflict report: its rules in order, then the notes of ``remarks.yaml``."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from openapi.conflicts import (
    across,
    examples,
    fields,
    protocol,
    titles,
)
from openapi.conflicts.annotations import ANNOTATIONS, find_annotations
from openapi.conflicts.model import (
    AllRule,
    Conflict,
    EachRule,
    Finding,
    Operation,
    Scope,
    Severity,
    operations_of,
)
from openapi.pages.documented import DocumentedPage
from openapi.pages.node import Claim

__all__ = ["ALL_RULES", "ANNOTATIONS", "EACH_RULES", "Claim", "Conflict", "Severity", "find"]

_GAP, _NOTE = Severity.GAP, Severity.NOTE

EACH_RULES = (
    EachRule("yaml-repaired", protocol.yaml_repaired, _NOTE),
    EachRule("invalid-part", protocol.invalid_part),
    EachRule("request-example-lacks-required", examples.request_example_lacks_required),
    EachRule("response-example-lacks-required", examples.response_example_lacks_required),
    EachRule("request-example-outside-list", fields.request_example_outside_list),
    EachRule("response-example-outside-list", fields.response_example_outside_list),
    EachRule("example-not-echoed", fields.example_not_echoed),
    EachRule("values-only-in-prose", fields.values_only_in_prose, _GAP),
    EachRule("values-not-understood", fields.values_not_understood, _GAP),
    EachRule("range-only-in-prose", fields.range_only_in_prose, _GAP),
    EachRule("limits-not-enforced", fields.limits_not_enforced, _GAP),
    EachRule("values-not-listed", fields.values_not_listed, _GAP),
    EachRule("example-type-differs", examples.example_type_differs),
    EachRule("response-example-type-differs", examples.response_example_type_differs),
    EachRule("example-breaks-rule", examples.example_breaks_rule),
    EachRule("boolean-as-string", examples.boolean_as_string),
    EachRule("malformed-url", examples.malformed_url),
    EachRule("local-path-example", examples.local_path_example, _NOTE),
    EachRule("required-with-default", fields.required_with_default),
    EachRule("undescribed-field", fields.undescribed_field, _GAP),
    EachRule("reserved-for-other-models", fields.reserved_for_other_models, _GAP),
    EachRule("coupling-unstated", fields.coupling_unstated, _GAP),
    EachRule("title-names-optional", titles.title_names_optional),
    EachRule("title-model-differs", titles.title_model_differs),
    EachRule("trailing-blank", titles.trailing_blank, _NOTE),
    EachRule("tag-repeats-folder", titles.tag_repeats_folder, _NOTE),
    EachRule("empty-title", titles.empty_title, _NOTE),
    EachRule("no-operation-id", titles.no_operation_id, _NOTE),
    EachRule("ignored-header-parameter", protocol.ignored_header_parameter, _NOTE),
    EachRule("optional-authorization", protocol.optional_authorization, _NOTE),
    EachRule("path-parameter-undeclared", protocol.path_parameter_undeclared, _GAP),
    EachRule("body-not-required", protocol.body_not_required, _GAP),
    EachRule("only-success-documented", protocol.only_success_documented, _GAP),
    EachRule("response-schema-empty", protocol.response_schema_empty, _GAP),
    EachRule("response-without-example", protocol.response_without_example, _GAP),
    EachRule("response-example-undeclared", examples.response_example_undeclared, _GAP),
    EachRule("no-status-words", protocol.no_status_words, _GAP),
    EachRule("time-without-unit", protocol.time_without_unit, _GAP),
)

ALL_RULES = (
    AllRule("misspelt-value", "page", examples.misspelt_value),
    AllRule("response-value-in-no-list", "page", fields.response_value_in_no_list),
    AllRule("same-title", "pages", titles.same_title, _NOTE),
    AllRule("required-lists-differ", "pages", across.required_lists_differ),
    AllRule("vocabularies-differ-in-form", "pages", across.value_forms_differ),
    AllRule("same-quantity-differently", "pages", across.same_quantity_differently),
    AllRule("types-differ", "pages", across.types_differ),
    AllRule("field-only-on-some-pages", "pages", across.field_only_on_some_pages, _GAP),
    AllRule("copied-example", "pages", across.copied_example, _NOTE),
    AllRule("response-shapes-differ", "pages", across.response_shapes_differ),
    AllRule("job-not-readable", "pages", protocol.job_not_readable, _GAP),
)


def find(pages: Sequence[DocumentedPage], annotations: Path = ANNOTATIONS) -> list[Conflict]:
    """Find every conflict: within each page, then between pages, then the notes on pages.

    Raises:
        SpecError: a note on one of the pages points to a place that does not exist.
    """
    operations = operations_of(pages)
    found = [*_within(operations), *_between(operations)]
    alone = [conflict for conflict in found if conflict.scope == "page"]
    order = {page.name: index for index, page in enumerate(pages)}
    alone.sort(key=lambda conflict: order[conflict.claims[0].page])
    shared = [conflict for conflict in found if conflict.scope == "pages"]
    return [*alone, *shared, *find_annotations(pages, annotations)]


def _within(operations: Sequence[Operation]) -> Iterator[Conflict]:
    for operation in operations:
        for rule in EACH_RULES:
            for finding in rule.find(operation):
                yield _conflict(rule, "page", finding, operation.title)


def _between(operations: Sequence[Operation]) -> Iterator[Conflict]:
    for rule in ALL_RULES:
        for finding in rule.find(operations):
            yield _conflict(rule, rule.scope, finding, finding.operation)


def _conflict(rule: EachRule | AllRule, scope: Scope, finding: Finding, operation: str) -> Conflict:
    return Conflict(
        *(rule.id, scope, operation, finding.field, finding.claims, finding.settled),
        found="rule",
        severity=rule.severity,
    )
