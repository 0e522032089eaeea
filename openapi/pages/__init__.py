"""The model of a documented page: its operations, bodies and fields, each with its line."""
