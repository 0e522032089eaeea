"""Contradictions within one page, at least one for each rule that reads one page."""

from tests.openapi.conflicts.case import FREE, Case, both, field, header, prose, put, title
from tests.openapi.page_texts import fields, operation, reply, schema

REPAIR = {
    "line": 9,
    "what": "quoted",
    "at": "/paths/~1v1~1videos/post/summary",
}
WITHIN = (
    Case("a repair", lambda page: page.update({"x-repairs": [REPAIR]}), ("yaml-repaired",)),
    Case(
        "a repair outside all operations",
        lambda page: page.update({"x-repairs": [{**REPAIR, "at": "/info/title"}]}),
        ("yaml-repaired",),
    ),
    Case("a type that does not exist", field("flag", type="strng"), ("invalid-part",)),
    Case(
        "an example without a demanded field",
        lambda page: operation(page)["requestBody"]["content"].update(
            {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"style": {"type": "string", "description": "Look"}},
                        "required": ["style"],
                    },
                    "example": {"other": 1},
                }
            }
        ),
        ("request-example-lacks-required",),
    ),
    Case(
        "an answer without a promised field",
        lambda page: reply(page)["schema"].update(required=["id", "cost"]),
        ("response-example-lacks-required",),
    ),
    Case(
        "an example that is too long",
        field("style", example="anime", maxLength=3),
        ("example-breaks-rule",),
    ),
    Case(
        "an answer of another type",
        lambda page: reply(page)["schema"]["properties"].update(id={"type": "null"}),
        ("response-example-type-differs",),
    ),
    Case(
        "an answer with a field of its own",
        lambda page: reply(page)["example"].update(cost=1),
        ("response-example-undeclared",),
    ),
    Case(
        "a path parameter that is not described",
        lambda page: page["paths"]["/v1/videos/{video_id}"]["get"].pop("parameters"),
        ("path-parameter-undeclared",),
    ),
    Case(
        "an example that the enum lacks",
        field("size", example="16x9"),
        ("request-example-outside-list", "vocabularies-differ-in-form"),
    ),
    Case(
        "a look that the enum lacks",
        field("style", example="noir"),
        ("request-example-outside-list",),
    ),
    Case(
        "an answer outside the list",
        lambda page: reply(page)["example"].update(seconds="10"),
        ("response-example-outside-list", "example-not-echoed"),
    ),
    Case(
        "an answer to another request",
        lambda page: reply(page)["example"].update(seconds="8"),
        ("example-not-echoed",),
    ),
    Case(
        "a model nobody lists",
        lambda page: reply(page)["example"].update(model="sora_x"),
        ("response-example-outside-list", "example-not-echoed", "response-value-in-no-list"),
    ),
    Case("a list in prose", prose("style", allowed=["anime"]), ("values-only-in-prose",)),
    Case(
        "a size word in prose",
        both(prose("size", resolutions={"small": "720p"}), field("size", example="small")),
        ("values-only-in-prose",),
    ),
    Case(
        "a list that was not understood",
        prose("style", unclear="comic, and what else there is"),
        ("values-not-understood",),
    ),
    Case(
        "a range in prose",
        field("level", type="integer", **{"x-prose": {"range": ["1", "9"]}}),
        ("range-only-in-prose",),
    ),
    Case(
        "a step that text cannot be held to",
        field("frames", type="integer", multipleOf=8),
        ("limits-not-enforced",),
    ),
    Case(
        "an example beyond the limit",
        field("level", type="integer", maximum=9, example=12),
        ("limits-not-enforced",),
    ),
    Case(
        "a size without list", lambda page: fields(page)["size"].pop("enum"), ("values-not-listed",)
    ),
    Case(
        "a boolean for text", field("flag", type="string", example=True), ("example-type-differs",)
    ),
    Case("text for a number", field("n", type="integer", example="4"), ("example-type-differs",)),
    Case(
        "a word for a boolean",
        field("flag", type="string", example="false"),
        ("boolean-as-string",),
    ),
    Case(
        "letters that changed places",
        field("flag", type="string", example="flase"),
        ("misspelt-value",),
    ),
    Case(
        "a letter too few",
        field("style", example="anme"),
        ("request-example-outside-list", "misspelt-value"),
    ),
    Case(
        "an address without its first letter",
        field("page", type="string", example="ttps://a/b"),
        ("malformed-url",),
    ),
    Case(
        "an address in a list",
        field("pages", type="array", items={"type": "string"}, example=["htp://a/b"]),
        ("malformed-url",),
    ),
    Case(
        "a path of a disk",
        field("input_reference", example="file:///tmp/a.png"),
        ("local-path-example",),
    ),
    Case("a drive", field("input_reference", example="C:\\a.png"), ("local-path-example",)),
    Case(
        "a required field with a default",
        both(
            field("style", default="anime"), lambda page: schema(page)["required"].append("style")
        ),
        ("required-with-default",),
    ),
    Case(
        "a field without description",
        lambda page: fields(page)["style"].pop("description"),
        ("undescribed-field",),
    ),
    Case(
        "a field for models not listed",
        lambda page: fields(page)["style"].update({"x-prose": {"reserved_for": "-ALL"}}),
        ("reserved-for-other-models",),
    ),
    Case(
        "two fields of one thing",
        lambda page: fields(page).update(voice_url=FREE, voice_cut=FREE),
        ("coupling-unstated",),
    ),
    Case(
        "an optional image in the title",
        title("From an image", "image"),
        ("title-names-optional",),
    ),
    Case(
        "a thing nobody can send",
        title("With a character", "character"),
        ("title-names-optional",),
    ),
    Case("another model in the title", title("By veo-3", "veo-3"), ("title-model-differs",)),
    Case(
        "a tag with a blank",
        lambda page: put(operation(page), tags=["Videos "]),
        ("trailing-blank",),
    ),
    Case(
        "a folder with a blank",
        lambda page: operation(page).update({"x-apifox-folder": " Site"}),
        ("trailing-blank",),
    ),
    Case(
        "a folder as tag",
        lambda page: put(operation(page), tags=["Site/Videos"]),
        ("tag-repeats-folder",),
    ),
    Case("a document without title", lambda page: put(page, info={"title": ""}), ("empty-title",)),
    Case(
        "an operation without id",
        lambda page: operation(page).pop("operationId"),
        ("no-operation-id",),
    ),
    Case(
        "a header in a wrong place", header("ACCEPT", required=True), ("ignored-header-parameter",)
    ),
    Case(
        "an optional key",
        header("Authorization", required=False),
        ("ignored-header-parameter", "optional-authorization"),
    ),
    Case(
        "an optional body",
        lambda page: operation(page)["requestBody"].pop("required"),
        ("body-not-required",),
    ),
    Case(
        "no error",
        lambda page: operation(page)["responses"].pop("401"),
        ("only-success-documented",),
    ),
    Case(
        "an empty response schema",
        lambda page: put(reply(page), schema={"type": "object", "properties": {}}),
        ("response-schema-empty", "no-status-words"),
    ),
    Case(
        "no example",
        lambda page: reply(page).pop("example"),
        ("response-without-example", "time-without-unit"),
    ),
    Case(
        "a status without words",
        lambda page: reply(page)["schema"]["properties"]["status"].pop("enum"),
        ("no-status-words",),
    ),
    Case(
        "a time without unit",
        lambda page: reply(page)["schema"]["properties"].update(update_time={"type": "integer"}),
        ("time-without-unit",),
    ),
    Case(
        "a job nobody can read",
        lambda page: page["paths"].pop("/v1/videos/{video_id}"),
        ("job-not-readable",),
    ),
)
