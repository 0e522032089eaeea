"""Jobs whose fields contradict each other where they are listed or queried, and wrong models."""

from collections.abc import Callable
from typing import Any

from contract_tests.defects.defect import Defect, changing_success, changing_videos
from contract_tests.defects.wrapping import Mutation

_LIST = ("listVideos",)
_QUERY = ("queryUnifiedVideo",)
_ERROR = {"code": "generation_failed", "message": "It could not be generated."}


def _completed(**changes: Any) -> Callable[[], Mutation]:
    """Changes completed jobs in the list; a field set to None is left out."""

    def change(video: dict[str, Any]) -> None:
        if video.get("status") == "completed":
            video |= changes
            for name in [name for name, value in changes.items() if value is None]:
                del video[name]

    return changing_videos(change, _LIST)


def _no_address(data: dict[str, Any]) -> None:
    if data.get("status") == "completed":
        data.pop("video_url", None)


def _models(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[], Mutation]:
    def on_data(data: dict[str, Any]) -> None:
        change(data["data"])

    return changing_success(("listModels",), on_data)


DEFECTS = (
    Defect("O01", "a completed job of the list has no completed_at", _LIST, ("consistent_fields",),
           _completed(completed_at=None)),
    Defect("O02", "a completed job of the list has 90 percent", _LIST, ("consistent_fields",),
           _completed(progress=90)),
    Defect("O03", "a completed job of the list has an error", _LIST, ("consistent_fields",),
           _completed(error=_ERROR)),
    Defect("O04", "a completed job of the list expires before it was created", _LIST,
           ("consistent_fields",), _completed(expires_at=1_600_000_000)),
    Defect("O05", "a completed job has no address when it is queried", _QUERY,
           ("consistent_fields",), changing_success(_QUERY, _no_address)),
    Defect("O06", "a model is listed twice", ("listModels",), ("model_list",),
           _models(lambda models: models.append(models[0]))),
    Defect("O07", "a documented model is not listed", ("listModels",), ("model_list",),
           _models(lambda models: models.remove(models[0]))),
    Defect("O08", "event types are listed twice", ("listWebhookEventTypes",),
           ("distinct_entries",),
           changing_success(("listWebhookEventTypes",),
                            lambda data: data["data"].extend(data["data"]))),
)  # fmt: skip
