"""Replies that are not what HTTP allows."""

from contract_tests.defects.defect import READS, Defect, changing
from contract_tests.defects.wrapping import Answer, Asked


def _control_character(_asked: Asked, answer: Answer) -> None:
    answer.headers["x-trace"] = "node\x01seven"


def _false_coding(_asked: Asked, answer: Answer) -> None:
    answer.headers["content-encoding"] = "gzip"


DEFECTS = (
    Defect("W01", "a header holds a control character", READS, ("reply_syntax",),
           changing((), _control_character)),
    Defect("W02", "a body that is not compressed is called gzip", ("listModels",),
           ("reply_syntax",), changing(("listModels",), _false_coding)),
)  # fmt: skip
