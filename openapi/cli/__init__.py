"""The command `gateway-spec`: one module for each subcommand."""
