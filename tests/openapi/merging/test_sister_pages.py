"""Holds pages of another gateway, as a documentation tool exports them, up to the contract."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import openapi
from openapi.cli.main import main
from openapi.contract.document import load_contract
from openapi.contract.requests import JSON
from openapi.contract.schemas import SchemaCompiler
from openapi.coverage import variants
from openapi.documents.places import operations
from tests.openapi.samples import write

# What real exports hold: shared schemas, examples by number, templates, words of OpenAPI 3.1,
# ignored headers, a body on a read, an error beside the answer, a default answer.
CREATE = """\
# Create
```yaml
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/video/create:
    post:
      summary: Create a clip
      parameters:
        - {name: Authorization, in: header, example: 'Bearer {{KEY}}', schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
            examples:
              '1': {value: {model: star-1, prompt: '{{prompt}}', duration: 5}}
              '2': {value: {model: star-2, prompt: A cat, duration: '10', tags: [a]}}
      responses:
        '200':
          description: Queued
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Task'}
              examples: {'1': {value: {id: a, status: pending, video_url: 'https://one.example/a'}}}
        '401':
          description: No key
          content: {application/json: {schema: {properties: {message: {type: string}}}}}
      security:
        - bearer: []
          x-apifox: {schemeGroups: []}
components:
  schemas:
    Order:
      type: object
      required: [model, prompt]
      properties:
        model: {type: string, enum: [star-1]}
        prompt: {type: string}
        duration: {type: integer, description: 'Length (allowed values: 5, 10)'}
        tags: {type: array, items: {$ref: '#/components/schemas/Tag'}}
    Tag: {type: string, maxLength: 5}
    Task:
      type: object
      required: [id, status, video_url]
      properties: {id: {type: string}, status: {type: string}, video_url: {type: 'null'}}
  securitySchemes: {bearer: {type: http, scheme: bearer}}
servers: [{url: 'https://{{host}}'}]
security: [{bearer: []}]
```
"""
READ = """\
# Read
```yaml
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/video/task/{task_id}:
    get:
      summary: Read a clip
      parameters:
        - {name: task_id, in: path, required: true, example: abc, schema: {type: string}}
        - {name: X-Forwarded-Host, in: header, required: true, schema: {type: string}}
      requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {}}}}}
      responses:
        '200': {description: Fine, content: {application/json: {schema: {type: array, items: {}}}}}
        default: {description: Else}
      security: []
```
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: Completions, version: '1'}
actions:
- target: $.paths['/v1/video/create'].post
  x-source: a letter
  x-standing: verified
  update: {operationId: createClip}
"""
MODELS = """\
sizes:
  small: {width: 640, height: 360}
models:
  star-1: &star
    family: star
    status: available
    pages: [create]
    sizes: [small]
    seconds: [5, 10]
    default_size: small
    default_seconds: 5
    price: {per: job, usd: 1, source: a list, standing: inferred}
    timing: {queued_s: 1, per_second_s: 1, source: a guess, standing: inferred}
  star-2: *star
"""


def run(*arguments: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The two pages, imported."""
    raw = [write(tmp_path / "create.md", CREATE), write(tmp_path / "read.md", READ)]
    result = run("import", "--documented", tmp_path / "pages", *raw)
    assert result.exit_code == 0, result.output
    return tmp_path / "pages"


def built(folder: Path, *options: object) -> dict[str, Any]:
    """The contract of the folder, built with these options."""
    out = folder.parent / "contract.yaml"
    result = run("build", "--documented", folder, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return load_contract(out)


def test_the_pages_alone_make_a_contract(folder: Path) -> None:
    """Everything that OpenAPI can say of them is there."""
    contract = built(folder, "--no-overlay", "--no-models")
    create = contract["paths"]["/v1/video/create"]["post"]
    read = contract["paths"]["/v1/video/task/{task_id}"]["get"]

    assert list(create["responses"]) == ["200", "401"]
    assert [each["name"] for each in read["parameters"]] == ["task_id", "X-Forwarded-Host"]
    assert read["security"] == [{}]
    assert contract["x-documented-servers"] == []


def test_what_cannot_be_said_is_listed(folder: Path) -> None:
    """Each thing left out is named with its line."""
    contract = built(folder, "--no-overlay", "--no-models")
    left_out = [entry for _, each in operations(contract) for entry in each.get("x-left-out", ())]

    assert [entry.partition(" (")[0] for entry in left_out] == [
        "header Authorization",
        "request body",
        "default response",
    ]


def test_what_the_pages_show_is_accepted(folder: Path) -> None:
    """A number in quotes, a model that only an example has, and a text where null is declared."""
    contract = built(folder, "--no-overlay", "--no-models")
    create = contract["paths"]["/v1/video/create"]["post"]
    compiler = SchemaCompiler(contract)
    asked = compiler.compile(create["requestBody"]["content"][JSON]["schema"])
    answered = compiler.compile(create["responses"]["200"]["content"][JSON]["schema"])

    assert asked.is_valid({"model": "star-2", "prompt": "A cat", "duration": "10", "tags": ["a"]})
    assert asked.is_valid({"model": "star-1", "prompt": "A cat", "duration": 5})
    assert not asked.is_valid({"model": "star-3", "prompt": "A cat"})
    assert not asked.is_valid({"model": "star-1", "prompt": "A cat", "tags": ["longer than five"]})
    assert answered.is_valid({"id": "a", "status": "pending", "video_url": "https://one.example"})


def test_an_overlay_and_a_catalogue_of_ones_own_complete_them(folder: Path) -> None:
    """Another gateway's user brings the completions and the rows of that gateway."""
    overlay = write(folder.parent / "overlay.yaml", OVERLAY)
    models = write(folder.parent / "models.yaml", MODELS)
    contract = built(folder, "--overlay", overlay, "--models", models)

    assert contract["paths"]["/v1/video/create"]["post"]["operationId"] == "createClip"
    assert [schema["x-variant"] for _, schema in variants(contract)] == ["create"]


def test_our_overlay_adds_what_it_can(folder: Path) -> None:
    """The read side, the errors and the models come from our completions, the rest is left out."""
    contract = built(folder, "--skip-unmatched", "--no-models")
    ids = {operation["operationId"] for _, operation in operations(contract)}
    create = contract["paths"]["/v1/video/create"]["post"]

    assert {"createUnifiedVideo", "queryUnifiedVideo", "retrieveVideo", "listVideos"} <= ids
    assert "description" in create["responses"]["401"]  # the page's own stays
    assert create["responses"]["429"] == {"$ref": "#/components/responses/TooManyRequests"}


def test_our_catalogue_with_rows_for_them_prices_them(folder: Path) -> None:
    """A copy of our catalogue with rows of one's own serves a folder without our pages."""
    rows = openapi.MODELS.read_text(encoding="utf-8") + MODELS[MODELS.index("  star-1") :]
    models = write(folder.parent / "models.yaml", rows)
    contract = built(folder, "--skip-unmatched", "--models", models)

    assert {"create", "unified-text"} <= {schema["x-variant"] for _, schema in variants(contract)}


def test_a_model_without_a_row_is_built_too(folder: Path) -> None:
    """With our catalogue a model that only the other gateway has needs no row."""
    contract = built(folder, "--skip-unmatched")

    models = [schema["properties"]["model"] for _, schema in variants(contract)]
    assert any("star-1" in model.get("enum", ()) for model in models)
