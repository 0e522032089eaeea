"""The entry point of ``gateway-contract``; names the extra to install when it is missing."""

import sys

_EXTRA = frozenset({"av", "hypothesis", "pytest", "schemathesis"})


def main() -> None:
    """Run the command; exit with status 1 if the extra ``contract`` is not installed."""
    try:
        from contract_tests.cli.main import main as command
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write(
            f"Error: {error.name} is not installed; install the extra: "
            "pip install 'video-gateway-mock[contract]'\n"
        )
        sys.exit(1)
    command()
