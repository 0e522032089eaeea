"""Pages in which nothing is wrong, although something resembles a contradiction."""

from tests.openapi.conflicts.case import FREE, Case, both, field, put, title
from tests.openapi.page_texts import fields, operation, reply, schema

SOUND = (
    Case("a sound page", lambda page: None, ()),
    Case(
        "a required image in the title",
        both(
            title("Image", "image"),
            lambda page: schema(page)["required"].append("input_reference"),
        ),
        (),
    ),
    Case("the family in the title", title("By sora", "sora"), ()),
    Case("the model in the title", title("By sora-2", "sora-2"), ()),
    Case("a number within limits", field("level", type="integer", maximum=9, example=5), ()),
    Case(
        "a field of the form and of JSON",
        both(
            field("ref_one", type="string"),
            lambda page: operation(page)["requestBody"]["content"].update(
                {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {"ref_one": {"type": "string", "description": "New"}},
                        }
                    }
                }
            ),
        ),
        (),
    ),
    Case("a prompt that is one word", field("prompt", example="tree"), ()),
    Case(
        "a suffix that is listed",
        lambda page: fields(page)["style"].update({"x-prose": {"reserved_for": "-2"}}),
        (),
    ),
    Case("a boolean that is one", field("flag", type="boolean", example=True), ()),
    Case(
        "a header of its own",
        both(
            lambda page: operation(page)["parameters"].append(
                {
                    "name": "X-Trace",
                    "in": "header",
                    "description": "Id",
                    "schema": {"type": "string"},
                }
            )
        ),
        (),
    ),
    Case(
        "an error by default",
        lambda page: operation(page)["responses"].update(default={"description": "Error"}),
        (),
    ),
    Case(
        "a field that names its companion",
        lambda page: fields(page).update(
            voice_url=FREE, voice_cut={**FREE, "description": "Of voice_url"}
        ),
        (),
    ),
    Case("no security", lambda page: put(operation(page), security=[{"bearer": []}, {}]), ()),
    Case(
        "a time with unit",
        lambda page: reply(page)["schema"]["properties"].update(
            update_time={"type": "integer", "x-prose": {"unit": "seconds"}}
        ),
        (),
    ),
    Case(
        "a reply that is a list",
        lambda page: put(reply(page), schema={"type": "array"}, example=["a"]),
        (),
    ),
)
