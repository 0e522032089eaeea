"""Wrong status codes and wrong manners towards what is unknown: jobs, methods, addresses."""

from collections.abc import Callable
from dataclasses import replace

from contract_tests.defects.defect import Defect, asking_otherwise, changing, instead
from contract_tests.defects.wrapping import Answer, Asked, error_answer, json_answer

_JOB_READS = ("retrieveVideo", "deleteVideo", "downloadVideoContent")


def _turned(old: int, new: int) -> Callable[[Asked, Answer], None]:
    def change(_asked: Asked, answer: Answer) -> None:
        if answer.status == old:
            answer.status = new

    return change


def _bad_value_is_500(_asked: Asked, answer: Answer) -> None:
    if answer.status == 400 and b"invalid_value" in answer.body:
        answer.status = 500


def _empty_for_unknown(_asked: Asked, answer: Answer) -> None:
    if answer.status == 404:
        answer.status = 200
        answer.set_json({})


def _deleted_anyway(asked: Asked, answer: Answer) -> None:
    if answer.status == 404:
        answer.status = 200
        answer.set_json({"id": asked.job_id, "object": "video.deleted", "deleted": True})


def _no_allow(_asked: Asked, answer: Answer) -> None:
    del answer.headers["allow"]


def _any_method(asked: Asked) -> Answer | None:
    return json_answer(200, {"ok": True}) if asked.method in ("PUT", "PATCH") else None


def _method_fails(asked: Asked) -> Answer | None:
    known = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
    return None if asked.method in known else error_answer(500, "unsupported")


def _options_fails(asked: Asked) -> Answer | None:
    return error_answer(500, "no route") if asked.method == "OPTIONS" else None


def _head_fails(asked: Asked) -> Answer | None:
    return error_answer(500, "no body") if asked.method == "HEAD" else None


def _strange_id_fails(asked: Asked) -> Answer | None:
    return error_answer(500, "syntax error") if "'" in asked.job_id else None


def _without_unknown_after(asked: Asked) -> Asked:
    if "ab5e47ab" not in asked.query.get("after", ""):
        return asked
    return replace(asked, query={})


DEFECTS = (
    Defect("C01", "an unknown job is a 400", ("retrieveVideo",), ("unknown_job",),
           changing(("retrieveVideo", "queryUnifiedVideo"), _turned(404, 400))),
    Defect("C02", "a value that is not allowed is a 500", ("createVideo",),
           ("allowed_values", "server_errors"),
           changing((), _bad_value_is_500)),
    Defect("C03", "an unknown job is a 500", ("downloadVideoContent",), ("unknown_job",),
           changing(("downloadVideoContent",), _turned(404, 500))),
    Defect("C04", "an unknown job is an empty object", _JOB_READS, ("unknown_job",),
           changing(("retrieveVideo", "queryUnifiedVideo"), _empty_for_unknown)),
    Defect("C05", "a 405 does not say what is allowed", ("retrieveVideo", "listVideos"),
           ("methods",), changing((), _no_allow)),
    Defect("C06", "deleting a job that never was succeeds", ("deleteVideo",), ("unknown_job",),
           changing(("deleteVideo",), _deleted_anyway)),
    Defect("C07", "a missing field is an undocumented 422", ("createVideo",),
           ("documented_answers",), changing(("createVideo",), _turned(400, 422))),
    Defect("C08", "a create is answered 202", ("createVideo",), ("documented_answers",),
           changing(("createVideo",), _turned(200, 202))),
    Defect("C09", "a create is answered 201", ("createVideo",), ("documented_answers",),
           changing(("createVideo",), _turned(200, 201))),
    Defect("C10", "a deletion is answered 204", ("deleteVideo",), ("documented_answers",),
           changing(("deleteVideo",), _turned(200, 204))),
    Defect("C11", "any method is answered", ("retrieveVideo", "listVideos"), ("methods",),
           instead(_any_method)),
    Defect("C12", "an unknown method is a 500", ("retrieveVideo", "listVideos"), ("methods",),
           instead(_method_fails)),
    Defect("C13", "OPTIONS is a 500", ("retrieveVideo", "listVideos"), ("methods",),
           instead(_options_fails)),
    Defect("C14", "HEAD is a 500", ("retrieveVideo", "listVideos"), ("methods",),
           instead(_head_fails)),
    Defect("C16", "an id of signs is a 500", ("retrieveVideo", "queryUnifiedVideo"),
           ("unknown_job",), instead(_strange_id_fails)),
    Defect("C17", "a list after an unknown job begins anew", ("listVideos",), ("unknown_job",),
           asking_otherwise(_without_unknown_after)),
    Defect("C15", "an unknown job cannot be told from a server error when queried",
           ("queryUnifiedVideo",), ("unknown_job",),
           changing(("queryUnifiedVideo",), _turned(404, 503))),
)  # fmt: skip
