"""The command `gateway-contract`: its options and subcommands."""
