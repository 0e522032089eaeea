"""What a run found: as JSON, as tables for the terminal and for Markdown, and as a picture."""
