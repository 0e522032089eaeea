"""Rules on titles, tags and names."""

from collections.abc import Iterator, Sequence

from openapi.conflicts.model import Field, Finding, Operation
from openapi.conflicts.terms import family, quantity
from openapi.pages.node import Node, as_written, text

_THINGS = ("image", "character")


def title_names_optional(operation: Operation) -> Iterator[Finding]:
    """The title names something that no required field has."""
    has_body = operation.node.get("requestBody") is not None
    for thing in _mentions(operation) if has_body else ():
        carriers = [field for field in operation.body_fields() if _carries(field, thing.value)]
        if thing.value in _THINGS and not any(field.required for field in carriers):
            yield Finding(
                ", ".join(field.name for field in carriers) or str(thing.value),
                (
                    _summary(operation).claim(f"names a thing ({thing.value}) in the title"),
                    *(field.node.claim(f"{field.name} is optional") for field in carriers),
                ),
                "The list of required fields counts, a title demands nothing.",
            )


def title_model_differs(operation: Operation) -> Iterator[Finding]:
    """The title and the request example name different models."""
    named = [node for node in _mentions(operation) if node.value not in _THINGS]
    for field in operation.body_fields():
        for shown in field.examples if named and quantity(field.name) == "model" else ():
            if not any(_is_covered(as_written(shown.value), str(node.value)) for node in named):
                names = ", ".join(str(node.value) for node in named)
                yield Finding(
                    field.name,
                    (
                        _summary(operation).claim(f"names {names} in the title"),
                        shown.claim(f"the request example shows {as_written(shown.value)!r}"),
                    ),
                    "The request example documents the model; a title lists no value.",
                )


def same_title(operations: Sequence[Operation]) -> Iterator[Finding]:
    """Pages of different model families have the same title."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(text(operation.node.get("summary")), []).append(operation)
    for title, group in groups.items():
        families = [", ".join(sorted(_families(operation))) for operation in group]
        if title and len(set(families)) > 1:
            yield Finding(
                "summary",
                tuple(
                    _summary(operation).claim(f"gives {of or 'unnamed'} models this title")
                    for operation, of in zip(group, families, strict=True)
                ),
                "A page is identified by its name; each keeps its title and its own variant.",
                " and ".join(dict.fromkeys(operation.title for operation in group)),
            )


def trailing_blank(operation: Operation) -> Iterator[Finding]:
    """A tag or folder starts or ends with white space."""
    tags = operation.node.get("tags")
    folder = operation.node.get("x-apifox-folder")
    for node in (*(tags.children() if tags else ()), *((folder,) if folder else ())):
        if text(node) != text(node).strip():
            yield Finding(
                "tags" if node is not folder else "x-apifox-folder",
                (node.claim(f"has a blank at an end: {text(node)!r}"),),
                "The page keeps its spelling; the contract groups operations by tags of its own.",
            )


def tag_repeats_folder(operation: Operation) -> Iterator[Finding]:
    """A tag repeats the folder path of the documentation site."""
    folder = operation.node.get("x-apifox-folder")
    tags = operation.node.get("tags")
    for tag in tags.children() if tags and folder else ():
        if folder and text(tag) and text(tag) == text(folder):
            yield Finding(
                "tags",
                (tag.claim("is the tag"), folder.claim("is the same path as a folder")),
                "Neither groups anything across pages: the contract's tags come from an overlay.",
            )


def empty_title(operation: Operation) -> Iterator[Finding]:
    """The document has no title."""
    title = operation.document.get("info", "title")
    if title is None or text(title).strip() or not operation.leads:
        return
    version = operation.document.get("info", "version")
    stated = (version.claim(f"has version {version.value!r} all the same"),) if version else ()
    yield Finding(
        "info.title",
        (title.claim("is empty"), *stated),
        "Title and version of the contract come from an overlay.",
    )


def no_operation_id(operation: Operation) -> Iterator[Finding]:
    """The operation has no operationId."""
    if not text(operation.node.get("operationId")):
        yield Finding(
            "operationId",
            (operation.node.claim("has no operationId"),),
            "An overlay gives every operation an id; without one it is made of method and path.",
        )


def _mentions(operation: Operation) -> list[Node]:
    mentions = operation.node.get("x-prose", "mentions")
    return list(mentions.children()) if mentions else []


def _summary(operation: Operation) -> Node:
    return operation.node.get("summary") or operation.node


def _carries(field: Field, thing: str) -> bool:
    return quantity(field.name) == thing or field.name.startswith(thing)


def _is_covered(model: str, named: str) -> bool:
    """A family covers its models; a model covers only itself."""
    return model.casefold() == named or (family(named) == named and family(model) == named)


def _families(operation: Operation) -> set[str]:
    models = [field for field in operation.body_fields() if quantity(field.name) == "model"]
    shown = {as_written(node.value) for field in models for node in field.examples}
    listed = {value for field in models if (found := field.listing()) for value in found.values}
    return {family(model) for model in shown | listed}
