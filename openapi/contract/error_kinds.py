"""Every kind of error: status, code, type and Chinese message, and where it occurs.

Bodies of most errors are not on record for this gateway; statuses and codes follow OpenAI's where
it documents them. A dialect may render any of them differently (``openapi/dialects``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

INVALID: Final = "invalid_request_error"
_AUTHENTICATION: Final = "authentication_error"
_SERVER: Final = "server_error"

# Where an error occurs: at operations by their ids, or at all of a kind.
ANYWHERE: Final = ("any operation",)
WITH_BODY: Final = ("operations with a body",)
WITH_INPUT: Final = ("operations with a body or a query",)
NOWHERE: Final[tuple[str, ...]] = ()
# The request ends before it reaches an operation, so that no contract lists the error.
BEFORE: Final = ("before any operation",)
_DERIVING: Final = ("remixVideo", "editVideo", "extendVideo")
_CREATING: Final = ("createVideo", "createUnifiedVideo")
ORDERING: Final = (*_CREATING, *_DERIVING)
_ENDPOINT: Final = (
    *("retrieveWebhookEndpoint", "updateWebhookEndpoint", "deleteWebhookEndpoint"),
    *("testWebhookEndpoint", "rotateWebhookSecret"),
)
_FINISHED: Final = ("downloadVideoContent", *_DERIVING)
_BY_ID: Final = (
    *("listVideos", "retrieveVideo", "deleteVideo", "queryUnifiedVideo", "createSoraCharacter"),
    *_FINISHED,
)


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of error.

    Attributes:
        message_zh: a message in Chinese, the gateway's own addition to OpenAI's envelope.
        at: the ids of the operations where it occurs, or a group of them such as ``ANYWHERE``.
        derived_from: the code of the kind that this one was made from by ``replace``.
    """

    status: int
    code: str
    message_zh: str
    type: str = INVALID
    headers: Mapping[str, str] = field(default_factory=dict)
    at: tuple[str, ...] = ANYWHERE
    derived_from: str | None = None

    def replace(self, status: int, code: str) -> "ErrorKind":
        """Return the same kind of error with another status and code."""
        return replace(self, status=status, code=code, derived_from=self.derived_from or self.code)

    @property
    def names(self) -> tuple[str, ...]:
        """The codes that a dialect's rules may name it by, its own first."""
        return (self.code, self.derived_from) if self.derived_from else (self.code,)

    def occurs_at(self, operation: Mapping[str, Any]) -> bool:
        """Whether an operation of a contract can answer with it."""
        if self.at in (ANYWHERE, WITH_BODY, WITH_INPUT):
            body = "requestBody" in operation
            query = any(each.get("in") == "query" for each in operation.get("parameters", ()))
            return self.at == ANYWHERE or body or (self.at == WITH_INPUT and query)
        return operation.get("operationId") in self.at


_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="video-gateway"'}
# Without it OpenAI's clients send the request twice more before they raise.
_ONCE: Final = {"x-should-retry": "false"}
_SOON: Final = {"Retry-After": "1"}
_KEY: Final = (_AUTHENTICATION, _CHALLENGE)
_UPLOADING: Final = ("editVideo", "extendVideo", "createVideoCharacter")
_ADDRESSING: Final = ("createWebhookEndpoint", "updateWebhookEndpoint")
_MAKING_CHARACTERS: Final = ("createVideoCharacter", "createSoraCharacter")
_CONTENT: Final = ("downloadVideoContent",)

_ALL: Final = (
    ErrorKind(401, "missing_api_key", "未提供 API 密钥", *_KEY),
    ErrorKind(401, "invalid_authorization", "Authorization 请求头格式有误", *_KEY),
    ErrorKind(401, "invalid_api_key", "API 密钥无效", *_KEY),
    ErrorKind(400, "missing_required_parameter", "缺少必填参数", at=WITH_INPUT),
    ErrorKind(400, "invalid_value", "参数值不在允许范围内", at=WITH_INPUT),
    ErrorKind(400, "invalid_type", "参数类型有误", at=WITH_INPUT),
    ErrorKind(400, "empty_string", "参数不能为空", at=WITH_INPUT),
    ErrorKind(400, "string_above_max_length", "参数过长", at=WITH_INPUT),
    ErrorKind(400, "duplicate_parameter", "参数重复", at=WITH_INPUT),
    ErrorKind(400, "invalid_image", "参考图片不是支持的图片格式", at=("createVideo",)),
    ErrorKind(400, "unsupported_file_mimetype", "不支持该文件的类型", at=("createVideo",)),
    ErrorKind(400, "invalid_video", "上传的文件不是支持的视频格式", at=_UPLOADING),
    ErrorKind(400, "extension_limit", "视频延长已达上限", at=("extendVideo",)),
    ErrorKind(400, "model_not_found", "该模型不在文档所列范围内", at=_CREATING),
    ErrorKind(404, "model_retired", "该模型已下线", at=ORDERING),
    ErrorKind(503, "model_paused", "该模型已暂停服务", _SERVER, {"Retry-After": "60"}, ORDERING),
    ErrorKind(503, "model_unavailable", "该模型暂无可用渠道", _SERVER, at=ORDERING),
    ErrorKind(400, "invalid_json", "请求体不是有效的 JSON", at=WITH_BODY),
    ErrorKind(400, "invalid_multipart", "请求体不是有效的 multipart 表单", at=WITH_BODY),
    ErrorKind(413, "request_too_large", "请求体超过大小限制", at=WITH_BODY),
    ErrorKind(415, "unsupported_media_type", "不支持该请求内容类型", at=WITH_BODY),
    ErrorKind(404, "video_not_found", "未找到该视频任务", at=_BY_ID),
    ErrorKind(404, "video_not_ready", "视频尚未生成完成", at=_CONTENT),
    ErrorKind(409, "video_not_completed", "原视频尚未生成完成", headers=_ONCE, at=_DERIVING),
    ErrorKind(404, "video_failed", "视频生成失败，没有可下载的内容", at=_FINISHED),
    ErrorKind(404, "video_expired", "视频内容已过期", at=_FINISHED),
    ErrorKind(404, "video_without_content", "视频没有可下载的内容", at=_FINISHED),
    ErrorKind(403, "video_private", "私有视频不能进行再创作", at=("remixVideo",)),
    ErrorKind(404, "character_not_found", "未找到该角色", at=("getVideoCharacter",)),
    ErrorKind(409, "character_limit", "角色数量已达上限", headers=_ONCE, at=_MAKING_CHARACTERS),
    ErrorKind(
        *(404, "webhook_endpoint_not_found", "未找到该 Webhook 端点"),
        at=("listWebhookEndpoints", *_ENDPOINT),
    ),
    ErrorKind(400, "webhook_url_not_allowed", "不允许向该地址发送 Webhook", at=_ADDRESSING),
    ErrorKind(
        *(409, "webhook_endpoint_limit", "Webhook 端点数量已达上限"),
        headers=_ONCE,
        at=("createWebhookEndpoint",),
    ),
    ErrorKind(
        *(409, "webhook_not_answered", "Webhook 端点没有响应"),
        headers=_ONCE,
        at=("testWebhookEndpoint",),
    ),
    ErrorKind(412, "precondition_failed", "请求的前提条件不成立", at=_CONTENT),
    ErrorKind(416, "range_not_satisfiable", "请求的字节范围无效", at=_CONTENT),
    ErrorKind(429, "rate_limit_exceeded", "请求过于频繁，请稍后再试", "rate_limit_error"),
    ErrorKind(429, "insufficient_quota", "额度不足", "insufficient_quota", at=ORDERING),
    # Only of dialects that honour the header; at `ORDERING`.
    ErrorKind(409, "idempotency_conflict", "该幂等键已用于不同的请求", headers=_ONCE, at=NOWHERE),
    ErrorKind(503, "no_channel", "当前分组下该模型无可用渠道", _SERVER, at=ORDERING),
    ErrorKind(500, "injected", "模拟故障", _SERVER),
    ErrorKind(400, "unknown_word", "未知的模拟指令", at=NOWHERE),
    ErrorKind(400, "unknown_scenario", "未知的模拟场景", at=ORDERING),
    ErrorKind(400, "unknown_dialect", "未知的方言", at=NOWHERE),
    ErrorKind(400, "refused", "请求被模拟场景拒绝", at=ORDERING),
    ErrorKind(400, "unknown_parameter", "未知参数", at=NOWHERE),
    ErrorKind(403, "admin_token_required", "需要管理员令牌", at=NOWHERE),
    ErrorKind(403, "origin_not_allowed", "不允许该网页来源的请求", at=NOWHERE),
    ErrorKind(404, "world_not_found", "未找到该环境", at=NOWHERE),
    ErrorKind(404, "fault_not_found", "未找到该故障", at=NOWHERE),
    ErrorKind(409, "fault_limit", "故障数量已达上限", headers=_ONCE, at=NOWHERE),
    ErrorKind(409, "key_limit", "密钥数量已达上限", headers=_ONCE, at=NOWHERE),
    ErrorKind(404, "delivery_not_found", "未找到该投递", at=NOWHERE),
    ErrorKind(400, "invalid_control", "控制指令有误", at=NOWHERE),
    ErrorKind(400, "malformed_http", "请求不是有效的 HTTP", at=BEFORE),
    ErrorKind(408, "request_timeout", "请求未在限定时间内完成", at=BEFORE),
    ErrorKind(414, "url_too_long", "请求地址过长", at=BEFORE),
    ErrorKind(421, "unknown_host", "不接受发往该主机名的请求", at=BEFORE),
    ErrorKind(431, "headers_too_large", "请求头过大", at=BEFORE),
    ErrorKind(501, "transfer_encoding_not_supported", "不支持该传输编码", at=BEFORE),
    ErrorKind(503, "too_many_bodies", "请求体总量已达上限", _SERVER, {"Retry-After": "1"}, BEFORE),
    ErrorKind(503, "too_many_connections", "连接数已达上限", _SERVER, {"Retry-After": "1"}, BEFORE),
    ErrorKind(404, "unknown_url", "请求的路径不存在", at=NOWHERE),
    ErrorKind(405, "method_not_allowed", "该路径不支持此请求方法"),
    ErrorKind(500, "internal_error", "服务器内部错误", _SERVER),
    ErrorKind(503, "store_unavailable", "存储服务暂不可用", _SERVER, _SOON, at=NOWHERE),
    ErrorKind(500, "stored_state_unusable", "已保存的数据无法使用", _SERVER, at=NOWHERE),
    ErrorKind(500, "invalid_response", "响应不符合接口约定", _SERVER),
)
ERROR_KINDS: Final[Mapping[str, ErrorKind]] = {each.code: each for each in _ALL}
