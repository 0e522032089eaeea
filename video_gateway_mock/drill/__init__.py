"""The drill: a client is run in every case, and what it does wrong with money is named.

A *case* is one scenario, or one fault of creates, polls or downloads. A client runs once while
nothing goes wrong, and then in each case; the journal and the jobs of both runs are compared.
"""

from video_gateway_mock.drill.cases import CASES, ORDINARY, Case
from video_gateway_mock.drill.facts import Facts, observed
from video_gateway_mock.drill.judge import KINDS, Finding, judge
from video_gateway_mock.drill.watch import Limits, Watch

__all__ = (
    "CASES",
    "KINDS",
    "ORDINARY",
    "Case",
    "Facts",
    "Finding",
    "Limits",
    "Watch",
    "judge",
    "observed",
)
