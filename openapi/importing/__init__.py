"""Raw documentation pages to documented pages: splitting, repair, naming, drift."""
