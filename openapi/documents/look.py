"""What every page of the project looks like: the workbench of the fake, and the reports of runs."""

from pathlib import Path

# Colours, type, tables and statuses, light and dark.
LOOK = Path(__file__).with_name("look.css")
