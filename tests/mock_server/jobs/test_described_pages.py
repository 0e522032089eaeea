"""Two documentation pages of a service, served as jobs that wait, run and end."""

from pathlib import Path

from click.testing import CliRunner

from mock_server.settings import Settings
from openapi.cli.main import main
from tests.mock_server.inprocess import fake_gateway
from tests.openapi.page_texts import markdown, write

CREATE = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /films/v2/tasks:
    post:
      summary: Order a film
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                model_name: {type: string, description: 'Supports film-1, film-2'}
                prompt: {type: string}
                duration: {type: string, enum: ['5', '10']}
              required: [model_name, prompt]
            example: {model_name: film-1, prompt: A fox in a snowy wood, duration: '5'}
      responses:
        '200':
          description: ''
          content:
            application/json:
              example:
                code: 0
                data: {task_id: '81', task_status: submitted, created_at: 1764000000000}
"""
QUERY = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /films/v2/tasks/{task_id}:
    get:
      summary: Ask for a film
      parameters:
        - {name: task_id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                properties:
                  code: {type: integer}
                  data:
                    type: object
                    properties:
                      task_id: {type: string}
                      task_status:
                        {type: string, description: 'submitted, processing, succeed, failed'}
                      task_result:
                        type: object
                        properties:
                          videos:
                            type: array
                            items: {type: object, properties: {url: {type: string}}}
              example:
                code: 0
                data:
                  task_id: '81'
                  task_status: succeed
                  task_result: {videos: [{url: 'https://films.example/81.mp4'}]}
"""


def spec(*arguments: object) -> str:
    """What a command prints."""
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def test_proposals_of_ten_lines_make_a_stateful_fake(tmp_path: Path) -> None:
    """Proposed roles are pasted as printed; jobs of the pages wait, run and end with a film."""
    pages = [
        write(tmp_path / "raw", markdown(text), name)
        for name, text in (("order.md", CREATE), ("ask.md", QUERY))
    ]
    folder = tmp_path / "films"
    overlay, contract, models = (
        folder / name for name in ("overlay.yaml", "gateway.yaml", "models.yaml")
    )
    spec("init", folder, *pages)
    proposed = spec("jobs", contract, "--format", "overlay").splitlines()
    overlay.write_text(overlay.read_text() + "\n".join(proposed[1:]) + "\n")
    spec(
        *("build", "--documented", folder / "documented", "--overlay", overlay),
        *("--models", models, "--out", contract),
    )

    with (
        fake_gateway(Settings(contract=contract, models=models)) as fake,
        fake.client("sk-films") as client,
    ):
        order = {"model_name": "film-2", "prompt": "A fox", "duration": "5"}
        task = client.post("/films/v2/tasks", json=order).json()["data"]
        shown = []
        for seconds in (0, 20, 600):
            fake.clock.advance(seconds)
            shown.append(client.get(f"/films/v2/tasks/{task['task_id']}").json()["data"])
        film = client.get(shown[-1]["task_result"]["videos"][0]["url"])

    assert len(proposed) <= 10
    assert task["task_status"] == "submitted"
    assert [each["task_status"] for each in shown] == ["submitted", "processing", "succeed"]
    assert film.content[4:8] == b"ftyp"
