"""Scenarios as data: the shipped ones in ``shipped.yaml``, and files of the user."""

from pathlib import Path

SHIPPED = Path(__file__).parent / "shipped.yaml"
DEFAULT = "happy"


class ScenarioError(Exception):
    """The settings name an unknown scenario, or a scenario has a reserved name."""
