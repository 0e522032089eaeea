"""Results that no machine measured: round figures, with everything that a run can bring about."""

from benchmarks.results.figures import Entrant, Figures, Results

FAKE = Entrant(
    name="fake", title="this fake", version="1.0", setting="`fake`", abilities=["state", "media"]
)
QUICK = Entrant(name="prism", title="Prism", version="5.0", setting="`prism`", abilities=[])
ABSENT = Entrant(name="wiremock", title="WireMock", missing="needs java (Debian: default-jre)")

CREATE = Figures(
    name="create-json",
    title="create (JSON)",
    unit="/s",
    more_is_better=True,
    subject="fake",
    # One slow minute of the machine: both are slow in the second round.
    values={"fake": [3000, 300, 2000], "prism": [1000, 100, 500]},
    left_out={"wiremock": ABSENT.missing},
    lacks={"prism": ["state", "media"]},
)
START = Figures(
    name="cold-start",
    title="cold start",
    unit="s",
    more_is_better=False,
    subject="fake",
    values={"fake": [2.0, 1.0], "prism": [3.0, 1.0]},
    left_out={"wiremock": ABSENT.missing},
)
RENDER = Figures(
    name="first-render",
    title="first render",
    unit="ms",
    more_is_better=False,
    subject="fake",
    values={"fake": [90.0, 120.0]},
)
RESULTS = Results(
    taken="2026-11-21",
    machine={"system": "Linux x86_64", "processors": "2", "python": "3.11.2"},
    load={"rounds": 3, "seconds": 2, "connections": 16, "jobs": 100_000},
    entrants=[FAKE, QUICK, ABSENT],
    rows=[CREATE, START, RENDER],
)
