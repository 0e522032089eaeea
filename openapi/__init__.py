"""Reads documentation pages and merges them into one OpenAPI contract."""

from pathlib import Path

FOLDER = Path(__file__).parent
DOCUMENTED = FOLDER / "documented"
OVERLAY = FOLDER / "completions.yaml"
MODELS = FOLDER / "models.yaml"
CONTRACT = FOLDER / "gateway.yaml"
