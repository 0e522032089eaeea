"""Every error the API answers with: status, code, type and words, in one place.

Bodies of most errors are not on record for this gateway; statuses and codes follow OpenAI's where
it documents them. ``message_zh`` is the gateway's own addition to the envelope.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

INVALID = "invalid_request_error"


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind of error: what never changes about it."""

    status: int
    code: str
    message_zh: str
    type: str = INVALID
    headers: Mapping[str, str] = field(default_factory=dict)

    def told(self, status: int, code: str) -> "Situation":
        """The same kind of error under another status and code."""
        return replace(self, status=status, code=code)


class ApiError(Exception):
    """One error as a caller gets it; ``status`` is what Connexion sorts security errors by."""

    def __init__(
        self,
        situation: Situation,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.situation = situation
        self.message = message
        self.param = param
        self.status = situation.status
        self.headers = {**situation.headers, **(headers or {})}

    def envelope(self) -> dict[str, object]:
        """The body: OpenAI's error object with the gateway's Chinese line."""
        return {
            "error": {
                "message": self.message,
                "message_zh": self.situation.message_zh,
                "type": self.situation.type,
                "param": self.param,
                "code": self.situation.code,
            }
        }


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="video-gateway"'}
_AUTHENTICATION = "authentication_error"
_SERVER = "server_error"

MISSING_KEY = Situation(401, "missing_api_key", "未提供 API 密钥", _AUTHENTICATION, _CHALLENGE)
MALFORMED_KEY = Situation(401, "invalid_authorization", "Authorization 请求头格式有误",
                          _AUTHENTICATION, _CHALLENGE)  # fmt: skip
UNKNOWN_KEY = Situation(401, "invalid_api_key", "API 密钥无效", _AUTHENTICATION, _CHALLENGE)

MISSING_PARAMETER = Situation(400, "missing_required_parameter", "缺少必填参数")
INVALID_VALUE = Situation(400, "invalid_value", "参数值不在允许范围内")
INVALID_TYPE = Situation(400, "invalid_type", "参数类型有误")
UNKNOWN_PARAMETER = Situation(400, "unknown_parameter", "未知参数")
EMPTY_VALUE = Situation(400, "empty_string", "参数不能为空")
TOO_LONG = Situation(400, "string_above_max_length", "参数过长")
DUPLICATE_PARAMETER = Situation(400, "duplicate_parameter", "参数重复")
NOT_AN_IMAGE = Situation(400, "invalid_image", "参考图片不是支持的图片格式")
NOT_A_CLIP = Situation(400, "invalid_video", "上传的文件不是支持的视频格式")
EXTENSION_LIMIT = Situation(400, "extension_limit", "视频延长已达上限")
MODEL_NOT_FOUND = Situation(400, "model_not_found", "该模型不在文档所列范围内")
MODEL_RETIRED = Situation(404, "model_retired", "该模型已下线")
MODEL_PAUSED = Situation(503, "model_paused", "该模型已暂停服务", _SERVER, {"Retry-After": "60"})
MODEL_UNAVAILABLE = Situation(503, "model_unavailable", "该模型暂无可用渠道", _SERVER)

INVALID_JSON = Situation(400, "invalid_json", "请求体不是有效的 JSON")
INVALID_MULTIPART = Situation(400, "invalid_multipart", "请求体不是有效的 multipart 表单")
BODY_TOO_LARGE = Situation(413, "request_too_large", "请求体超过大小限制")
UNSUPPORTED_MEDIA_TYPE = Situation(415, "unsupported_media_type", "不支持该请求内容类型")

VIDEO_NOT_FOUND = Situation(404, "video_not_found", "未找到该视频任务")
VIDEO_NOT_READY = Situation(404, "video_not_ready", "视频尚未生成完成")
VIDEO_NOT_COMPLETED = Situation(
    409,
    "video_not_completed",
    "原视频尚未生成完成",
    # Without it OpenAI's clients send the request twice more before they tell.
    headers={"x-should-retry": "false"},
)
VIDEO_FAILED = Situation(404, "video_failed", "视频生成失败，没有可下载的内容")
VIDEO_EXPIRED = Situation(404, "video_expired", "视频内容已过期")
VIDEO_PRIVATE = Situation(403, "video_private", "私有视频不能进行再创作")
VIDEO_WITHOUT_CONTENT = Situation(404, "video_without_content", "视频没有可下载的内容")
INJECTED = Situation(500, "injected", "模拟故障", _SERVER)
INJECTED_REFUSAL = Situation(400, "injected", "模拟故障")
RATE_LIMITED = Situation(429, "rate_limit_exceeded", "请求过于频繁，请稍后再试", "rate_limit_error")
INSUFFICIENT_QUOTA = Situation(429, "insufficient_quota", "账户额度不足", "insufficient_quota")
NO_CHANNEL = Situation(503, "model_not_found", "当前分组下该模型无可用渠道", _SERVER)
UNKNOWN_WORD = Situation(400, "unknown_word", "未知的模拟指令")
UNKNOWN_SCENARIO = Situation(400, "unknown_scenario", "未知的模拟场景")
REFUSED_BY_SCENARIO = Situation(400, "refused", "请求被模拟场景拒绝")
CHARACTER_NOT_FOUND = Situation(404, "character_not_found", "未找到该角色")
RANGE_NOT_SATISFIABLE = Situation(416, "range_not_satisfiable", "请求的字节范围无效")

NOT_ADMIN = Situation(403, "admin_token_required", "需要管理员令牌")
UNKNOWN_WORLD = Situation(404, "world_not_found", "未找到该环境")
UNKNOWN_FAULT = Situation(404, "fault_not_found", "未找到该故障")
CONTROL_INVALID = Situation(400, "invalid_control", "控制指令有误")

UNKNOWN_PATH = Situation(404, "unknown_url", "请求的路径不存在")
METHOD_NOT_ALLOWED = Situation(405, "method_not_allowed", "该路径不支持此请求方法")
INTERNAL = Situation(500, "internal_error", "服务器内部错误", _SERVER)
INVALID_RESPONSE = Situation(500, "invalid_response", "响应不符合接口约定", _SERVER)


def not_allowed(method: str, allow: str) -> ApiError:
    """The answer for a method that a path does not have; ``allow`` names those it has."""
    message = f"{method} is not allowed here; allowed: {allow}."
    return ApiError(METHOD_NOT_ALLOWED, message, headers={"Allow": allow})
