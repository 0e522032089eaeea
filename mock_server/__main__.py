"""``python -m mock_server`` is ``gateway-mock``."""

from mock_server.cli.main import main

main()
