"""Tables of the figures, as Markdown cells and on a terminal."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.abilities import Ability
from benchmarks.results.figures import Entrant, Figures, Ratio, Results
from benchmarks.results.targets import Below, Target, targets_of

Line = Sequence[str]
NOTHING, _NOT_ASKED = "-", "not asked"
_HUNDRED, _TEN = 100, 10


def comparison(results: Results) -> Iterator[Line]:
    """How many times as good the fake is as each peer, with the spread and what the peer lacks."""
    others = results.others()
    yield ("times as good as", *(each.title for each in others), "targets")
    for row in results.rows:
        if _compares(row, others):
            yield (row.title, *(_cell(row, each) for each in others), _held(row, results))


def alone(results: Results) -> Iterator[Line]:
    """What is measured of the fake itself."""
    yield "of itself", "median", "least to most", "targets"
    for row in results.rows:
        if not _compares(row, results.others()):
            yield row.title, *_own(row), _held(row, results)


def entrants(results: Results) -> Iterator[Line]:
    """Everybody with version and setting, and what each was found to do."""
    yield ("", "version", "started as", *Ability)
    for each in results.entrants:
        cells = [("yes" if ability in each.abilities else "no") for ability in Ability]
        if each.missing:
            cells = [NOTHING] * len(Ability)
        yield each.title, each.version or NOTHING, each.missing or each.setting, *cells


def _compares(row: Figures, others: Sequence[Entrant]) -> bool:
    """Whether a row compares with others at all."""
    return any(each.name in row.values or each.name in row.left_out for each in others)


def _cell(row: Figures, other: Entrant) -> str:
    if other.name in row.left_out:
        return row.left_out[other.name]
    if other.name not in row.values:
        return _NOT_ASKED
    ratio = row.ratio(other.name)
    if ratio is None:
        return f"this fake: {row.left_out.get(row.subject, 'not measured')}"
    lacks = lacking(row, other.name)
    return f"{shown(ratio)}; {lacks}" if lacks else shown(ratio)


def lacking(row: Figures, name: str) -> str:
    """What somebody does not do although there is a figure; empty where that is nothing."""
    words = row.lacks.get(name)
    return f"no {', '.join(words)}" if words else ""


def shown(ratio: Ratio) -> str:
    """A ratio with its spread."""
    return f"{short(ratio.median)} ({short(ratio.least)} to {short(ratio.most)})"


def short(value: float) -> str:
    """A figure with as many digits as mean anything."""
    if abs(value) >= _HUNDRED:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _TEN else f"{value:.2f}"


def _own(row: Figures) -> tuple[str, str]:
    values, middle = row.values.get(row.subject), row.middle(row.subject)
    if not values or middle is None:
        return row.left_out.get(row.subject, NOTHING), NOTHING
    beside = [
        f"; {name} {short(theirs)} {row.unit}"
        for name in row.values
        if name != row.subject and (theirs := row.middle(name)) is not None
    ]
    spread = f"{short(min(values))} to {short(max(values))}"
    return f"{short(middle)} {row.unit}{''.join(beside)}", spread


def _held(row: Figures, results: Results) -> str:
    """The targets of a row, and what became of each."""
    return "; ".join(_judged(each, row, results) for each in targets_of(row.name)) or NOTHING


def _judged(target: Target, row: Figures, results: Results) -> str:
    figure = target.figure(results)
    # A ratio stands in its peer's cell already.
    found = f" {short(figure)} {row.unit}," if isinstance(target, Below) and figure else ""
    return f"{target.shown(results)}:{found} {target.verdict(results)}"


def circumstances(results: Results) -> Iterator[Line]:
    """When, on what and how hard everybody was measured."""
    load, machine = results.load, results.machine
    yield "taken", "load", "rounds", "machine"
    yield (
        results.taken,
        f"wrk, one thread, {load['connections']:g} connections",
        f"{load['rounds']:g} of {load['seconds']:g} s each, in turns, after a warm-up",
        f"{machine['system']}, {machine['processors']} processors, Python {machine['python']}",
    )


TABLES: Mapping[str, Callable[[Results], Iterator[Line]]] = {
    "benchmarks": comparison,
    "benchmarks-alone": alone,
    "benchmarks-peers": entrants,
    "benchmarks-run": circumstances,
}


_WIDE = 200


def show(results: Results) -> None:
    """Print all tables; in a log, where no screen ends, each cell has the room that it needs."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDE
    for make in TABLES.values():
        head, *body = make(results)
        if not body:
            continue
        table = Table(*head, show_lines=True)
        for line in body:
            table.add_row(*line)
        console.print(table)
