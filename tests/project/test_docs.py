"""README.md tells of everything there is, and its tables are what the code says."""

from tests.project.tables import README, TABLES, filled, marked


def test_the_tables_of_the_readme_are_made_from_the_code() -> None:
    """A table of the README that differs from the code is stale; `make docs` writes it anew."""
    text = README.read_text(encoding="utf-8")

    assert filled(text) == text


def test_every_table_stands_in_the_readme() -> None:
    """Operations, requests, models, errors and options are all told, each once."""
    assert sorted(marked(README.read_text(encoding="utf-8"))) == sorted(TABLES)
