"""The errors that requests can end with.

The kinds of error are in ``openapi/contract/error_kinds.py``; how a dialect renders them, in
``mock_server/http/error_responses.py``.
"""

from collections.abc import Mapping
from dataclasses import replace

from openapi.contract.error_kinds import ERROR_KINDS, INVALID, ErrorKind

# Characters.
_LONGEST_SHOWN = 200


class ApiError(Exception):
    """An error that is sent to the client, rendered by the dialect.

    ``facts`` are values for the templates of dialects, such as ``model`` and ``allowed``. A
    ``status`` that is given explicitly is not changed by dialects.
    """

    def __init__(
        self,
        error_kind: ErrorKind,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, object] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.error_kind = error_kind
        self.message = message
        self.param = param
        self.status = status or error_kind.status
        self.keeps_status = status is not None
        self.headers = {**error_kind.headers, **(headers or {})}
        self.facts = facts or {}


MISSING_KEY = ERROR_KINDS["missing_api_key"]
MALFORMED_KEY = ERROR_KINDS["invalid_authorization"]
UNKNOWN_KEY = ERROR_KINDS["invalid_api_key"]

MISSING_PARAMETER = ERROR_KINDS["missing_required_parameter"]
INVALID_VALUE = ERROR_KINDS["invalid_value"]
INVALID_TYPE = ERROR_KINDS["invalid_type"]
UNKNOWN_PARAMETER = ERROR_KINDS["unknown_parameter"]
EMPTY_VALUE = ERROR_KINDS["empty_string"]
TOO_LONG = ERROR_KINDS["string_above_max_length"]
DUPLICATE_PARAMETER = ERROR_KINDS["duplicate_parameter"]
NOT_AN_IMAGE = ERROR_KINDS["invalid_image"]
UNSUPPORTED_IMAGE_TYPE = ERROR_KINDS["unsupported_file_mimetype"]
NOT_A_CLIP = ERROR_KINDS["invalid_video"]
EXTENSION_LIMIT = ERROR_KINDS["extension_limit"]
MODEL_NOT_FOUND = ERROR_KINDS["model_not_found"]
MODEL_RETIRED = ERROR_KINDS["model_retired"]
MODEL_PAUSED = ERROR_KINDS["model_paused"]
MODEL_UNAVAILABLE = ERROR_KINDS["model_unavailable"]

INVALID_JSON = ERROR_KINDS["invalid_json"]
INVALID_MULTIPART = ERROR_KINDS["invalid_multipart"]
BODY_TOO_LARGE = ERROR_KINDS["request_too_large"]
UNSUPPORTED_MEDIA_TYPE = ERROR_KINDS["unsupported_media_type"]

VIDEO_NOT_FOUND = ERROR_KINDS["video_not_found"]
VIDEO_NOT_READY = ERROR_KINDS["video_not_ready"]
VIDEO_NOT_COMPLETED = ERROR_KINDS["video_not_completed"]
VIDEO_FAILED = ERROR_KINDS["video_failed"]
VIDEO_EXPIRED = ERROR_KINDS["video_expired"]
VIDEO_PRIVATE = ERROR_KINDS["video_private"]
VIDEO_WITHOUT_CONTENT = ERROR_KINDS["video_without_content"]
RATE_LIMITED = ERROR_KINDS["rate_limit_exceeded"]
INSUFFICIENT_QUOTA = ERROR_KINDS["insufficient_quota"]
IDEMPOTENCY_CONFLICT = ERROR_KINDS["idempotency_conflict"]
# Two gateways use the code that others use for unknown models.
NO_CHANNEL = ERROR_KINDS["no_channel"].replace(503, "model_not_found")
INJECTED = ERROR_KINDS["injected"]
INJECTED_REFUSAL = replace(INJECTED, status=400, type=INVALID)
UNKNOWN_WORD = ERROR_KINDS["unknown_word"]
UNKNOWN_SCENARIO = ERROR_KINDS["unknown_scenario"]
UNKNOWN_DIALECT = ERROR_KINDS["unknown_dialect"]
REFUSED_BY_SCENARIO = ERROR_KINDS["refused"]
CHARACTER_NOT_FOUND = ERROR_KINDS["character_not_found"]
TOO_MANY_CHARACTERS = ERROR_KINDS["character_limit"]
WEBHOOK_NOT_FOUND = ERROR_KINDS["webhook_endpoint_not_found"]
WEBHOOK_NOT_ALLOWED = ERROR_KINDS["webhook_url_not_allowed"]
TOO_MANY_WEBHOOKS = ERROR_KINDS["webhook_endpoint_limit"]
WEBHOOK_NOT_ANSWERED = ERROR_KINDS["webhook_not_answered"]
RANGE_NOT_SATISFIABLE = ERROR_KINDS["range_not_satisfiable"]
PRECONDITION_FAILED = ERROR_KINDS["precondition_failed"]

NOT_ADMIN = ERROR_KINDS["admin_token_required"]
FOREIGN_ORIGIN = ERROR_KINDS["origin_not_allowed"]
UNKNOWN_TENANT = ERROR_KINDS["world_not_found"]
UNKNOWN_FAULT = ERROR_KINDS["fault_not_found"]
TOO_MANY_FAULTS = ERROR_KINDS["fault_limit"]
TOO_MANY_KEYS = ERROR_KINDS["key_limit"]
UNKNOWN_DELIVERY = ERROR_KINDS["delivery_not_found"]
# The status of a valid call that the current state does not allow.
CONFLICT = 409
CONTROL_INVALID = ERROR_KINDS["invalid_control"]

MALFORMED_HTTP = ERROR_KINDS["malformed_http"]
REQUEST_TIMEOUT = ERROR_KINDS["request_timeout"]
UNKNOWN_CODING = ERROR_KINDS["transfer_encoding_not_supported"]
UNKNOWN_HOST = ERROR_KINDS["unknown_host"]
URL_TOO_LONG = ERROR_KINDS["url_too_long"]
HEADERS_TOO_LARGE = ERROR_KINDS["headers_too_large"]
TOO_MANY_BODIES = ERROR_KINDS["too_many_bodies"]
TOO_MANY_CONNECTIONS = ERROR_KINDS["too_many_connections"]

UNKNOWN_PATH = ERROR_KINDS["unknown_url"]
METHOD_NOT_ALLOWED = ERROR_KINDS["method_not_allowed"]
INTERNAL = ERROR_KINDS["internal_error"]
STORE_UNAVAILABLE = ERROR_KINDS["store_unavailable"]
STORED_STATE_UNUSABLE = ERROR_KINDS["stored_state_unusable"]
INVALID_RESPONSE = ERROR_KINDS["invalid_response"]


def shown(text: str) -> str:
    """The part of a client's text that errors repeat."""
    return text[:_LONGEST_SHOWN]


def not_allowed(method: str, allow: str) -> ApiError:
    """The error for a method that a path does not have; ``allow`` lists those it has."""
    message = f"{method} is not allowed here; allowed: {allow}."
    return ApiError(METHOD_NOT_ALLOWED, message, headers={"Allow": allow})


def unknown_path(path: str) -> ApiError:
    """The error for a path that the contract does not have."""
    return ApiError(UNKNOWN_PATH, f"Invalid URL ({shown(path)}): the contract has no such path.")


def model_retired(model: str, since: str | None = None) -> ApiError:
    """The error for a retired model; ``since`` is the day of its retirement."""
    when = f" on {since}" if since else ""
    return _about_model(model, MODEL_RETIRED, f"The model '{model}' was retired{when}.")


def model_paused(model: str) -> ApiError:
    """The error for a paused model, which will be available again."""
    return _about_model(model, MODEL_PAUSED, f"The model '{model}' is paused at the moment.")


def model_unavailable(model: str) -> ApiError:
    """The error for a model that is unavailable for an unknown time."""
    message = f"The model '{model}' is unavailable at the moment."
    return _about_model(model, MODEL_UNAVAILABLE, message)


def _about_model(model: str, error_kind: ErrorKind, message: str) -> ApiError:
    return ApiError(error_kind, message, param="model", facts={"model": model})
