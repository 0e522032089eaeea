"""Documented pages: what the folder `documented/` holds, with the lines to cite."""
