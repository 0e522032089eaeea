"""A contract of another service, whose roles tests state."""

from typing import Any

_WORDS = {
    "queued": "submitted",
    "running": "processing",
    "completed": "succeed",
    "failed": "failed",
}
CREATE: dict[str, Any] = {
    "role": "create",
    "id": "$response.body#/data/job_id",
    "status": {"at": "$response.body#/data/state", "words": _WORDS},
    "times": {"created": "$response.body#/data/created_at", "unit": "ms"},
}
READ: dict[str, Any] = {
    "role": "read",
    "id": "$response.body#/data/job_id",
    "status": {"at": "$response.body#/data/state"},
    "result": {"at": "$response.body#/data/films/0/url"},
    "error": {"message": "$response.body#/data/fail_reason"},
}
TEXT = {"type": "string"}


def _media(schema: Any, example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, "example": example}}


def _data(**fields: Any) -> dict[str, Any]:
    properties = {"job_id": TEXT, "state": TEXT, **fields}
    return {
        "type": "object",
        "required": ["code", "data"],
        "properties": {
            "code": {"type": "integer"},
            "data": {"type": "object", "required": ["job_id", "state"], "properties": properties},
        },
    }


def contract() -> dict[str, Any]:
    """A service with a create and a read; nothing says yet that they are."""
    states = "One of submitted, processing, succeed, failed"
    film = {"type": "object", "properties": {"url": TEXT}}
    created = {"job_id": "r-1", "state": "submitted", "created_at": 1764000000000}
    ended = {"job_id": "r-1", "state": "succeed", "films": [{"url": "https://films.example/1"}]}
    parameter = {"name": "job_id", "in": "path", "required": True, "schema": TEXT}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Reels", "version": "1"},
        "paths": {
            "/reels/v1/jobs": {
                "post": {
                    "operationId": "createReel",
                    "requestBody": {
                        "required": True,
                        "content": _media(
                            {
                                "type": "object",
                                "required": ["model_name", "prompt"],
                                "properties": {
                                    "model_name": TEXT,
                                    "prompt": TEXT,
                                    "duration": TEXT,
                                },
                            },
                            {"model_name": "reel-1", "prompt": "A fox", "duration": "5"},
                        ),
                    },
                    "responses": {
                        "201": {
                            "description": "Queued",
                            "content": _media(
                                _data(created_at={"type": "integer"}),
                                {"code": 0, "data": created},
                            ),
                        }
                    },
                }
            },
            "/reels/v1/jobs/{job_id}": {
                "get": {
                    "operationId": "getReel",
                    "parameters": [parameter],
                    "responses": {
                        "200": {
                            "description": "The job",
                            "content": _media(
                                _data(
                                    state={**TEXT, "description": states},
                                    films={"type": "array", "items": film},
                                    fail_reason=TEXT,
                                ),
                                {"code": 0, "data": ended},
                            ),
                        }
                    },
                }
            },
        },
        "components": {"schemas": {}},
    }
