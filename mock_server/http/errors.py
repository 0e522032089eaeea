"""Every error the API answers with, by the name that code raises it under.

The kinds of error are in ``openapi/contract/error_kinds.py``; how a dialect renders them, in
``mock_server/http/error_responses.py``.
"""

from collections.abc import Mapping
from dataclasses import replace

from openapi.contract.error_kinds import INVALID, SITUATIONS, Situation

# Characters.
_LONGEST_SHOWN = 200


class ApiError(Exception):
    """One error as a caller gets it; ``status`` is what Connexion sorts security errors by.

    ``facts`` are what a dialect may put into words of its own, such as ``model`` and ``allowed``.
    A ``status`` of its own is one that no dialect changes.
    """

    def __init__(
        self,
        situation: Situation,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, object] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.situation = situation
        self.message = message
        self.param = param
        self.status = status or situation.status
        self.keeps_status = status is not None
        self.headers = {**situation.headers, **(headers or {})}
        self.facts = facts or {}


MISSING_KEY = SITUATIONS["missing_api_key"]
MALFORMED_KEY = SITUATIONS["invalid_authorization"]
UNKNOWN_KEY = SITUATIONS["invalid_api_key"]

MISSING_PARAMETER = SITUATIONS["missing_required_parameter"]
INVALID_VALUE = SITUATIONS["invalid_value"]
INVALID_TYPE = SITUATIONS["invalid_type"]
UNKNOWN_PARAMETER = SITUATIONS["unknown_parameter"]
EMPTY_VALUE = SITUATIONS["empty_string"]
TOO_LONG = SITUATIONS["string_above_max_length"]
DUPLICATE_PARAMETER = SITUATIONS["duplicate_parameter"]
NOT_AN_IMAGE = SITUATIONS["invalid_image"]
UNSUPPORTED_IMAGE_TYPE = SITUATIONS["unsupported_file_mimetype"]
NOT_A_CLIP = SITUATIONS["invalid_video"]
EXTENSION_LIMIT = SITUATIONS["extension_limit"]
MODEL_NOT_FOUND = SITUATIONS["model_not_found"]
MODEL_RETIRED = SITUATIONS["model_retired"]
MODEL_PAUSED = SITUATIONS["model_paused"]
MODEL_UNAVAILABLE = SITUATIONS["model_unavailable"]

INVALID_JSON = SITUATIONS["invalid_json"]
INVALID_MULTIPART = SITUATIONS["invalid_multipart"]
BODY_TOO_LARGE = SITUATIONS["request_too_large"]
UNSUPPORTED_MEDIA_TYPE = SITUATIONS["unsupported_media_type"]

VIDEO_NOT_FOUND = SITUATIONS["video_not_found"]
VIDEO_NOT_READY = SITUATIONS["video_not_ready"]
VIDEO_NOT_COMPLETED = SITUATIONS["video_not_completed"]
VIDEO_FAILED = SITUATIONS["video_failed"]
VIDEO_EXPIRED = SITUATIONS["video_expired"]
VIDEO_PRIVATE = SITUATIONS["video_private"]
VIDEO_WITHOUT_CONTENT = SITUATIONS["video_without_content"]
RATE_LIMITED = SITUATIONS["rate_limit_exceeded"]
INSUFFICIENT_QUOTA = SITUATIONS["insufficient_quota"]
# Two gateways say it with a code that others have for a model nobody knows.
NO_CHANNEL = SITUATIONS["no_channel"].told(503, "model_not_found")
INJECTED = SITUATIONS["injected"]
INJECTED_REFUSAL = replace(INJECTED, status=400, type=INVALID)
UNKNOWN_WORD = SITUATIONS["unknown_word"]
UNKNOWN_SCENARIO = SITUATIONS["unknown_scenario"]
UNKNOWN_DIALECT = SITUATIONS["unknown_dialect"]
REFUSED_BY_SCENARIO = SITUATIONS["refused"]
CHARACTER_NOT_FOUND = SITUATIONS["character_not_found"]
TOO_MANY_CHARACTERS = SITUATIONS["character_limit"]
WEBHOOK_NOT_FOUND = SITUATIONS["webhook_endpoint_not_found"]
WEBHOOK_NOT_ALLOWED = SITUATIONS["webhook_url_not_allowed"]
TOO_MANY_WEBHOOKS = SITUATIONS["webhook_endpoint_limit"]
WEBHOOK_NOT_ANSWERED = SITUATIONS["webhook_not_answered"]
RANGE_NOT_SATISFIABLE = SITUATIONS["range_not_satisfiable"]
PRECONDITION_FAILED = SITUATIONS["precondition_failed"]

NOT_ADMIN = SITUATIONS["admin_token_required"]
FOREIGN_ORIGIN = SITUATIONS["origin_not_allowed"]
UNKNOWN_WORLD = SITUATIONS["world_not_found"]
UNKNOWN_FAULT = SITUATIONS["fault_not_found"]
TOO_MANY_FAULTS = SITUATIONS["fault_limit"]
TOO_MANY_KEYS = SITUATIONS["key_limit"]
UNKNOWN_DELIVERY = SITUATIONS["delivery_not_found"]
# The status of a call that is right in itself, and at odds with what there is.
CONFLICT = 409
CONTROL_INVALID = SITUATIONS["invalid_control"]

MALFORMED_HTTP = SITUATIONS["malformed_http"]
REQUEST_TIMEOUT = SITUATIONS["request_timeout"]
UNKNOWN_CODING = SITUATIONS["transfer_encoding_not_supported"]
UNKNOWN_HOST = SITUATIONS["unknown_host"]
URL_TOO_LONG = SITUATIONS["url_too_long"]
HEADERS_TOO_LARGE = SITUATIONS["headers_too_large"]
TOO_MANY_BODIES = SITUATIONS["too_many_bodies"]
TOO_MANY_CONNECTIONS = SITUATIONS["too_many_connections"]

UNKNOWN_PATH = SITUATIONS["unknown_url"]
METHOD_NOT_ALLOWED = SITUATIONS["method_not_allowed"]
INTERNAL = SITUATIONS["internal_error"]
STORE_UNAVAILABLE = SITUATIONS["store_unavailable"]
STORED_STATE_UNUSABLE = SITUATIONS["stored_state_unusable"]
INVALID_RESPONSE = SITUATIONS["invalid_response"]


def shown(text: str) -> str:
    """As much of what a caller wrote as an error repeats."""
    return text[:_LONGEST_SHOWN]


def not_allowed(method: str, allow: str) -> ApiError:
    """The answer for a method that a path does not have; ``allow`` names those it has."""
    message = f"{method} is not allowed here; allowed: {allow}."
    return ApiError(METHOD_NOT_ALLOWED, message, headers={"Allow": allow})
