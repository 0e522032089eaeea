"""The command ``gateway-mock``: its options and subcommands."""
