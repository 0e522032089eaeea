"""What became of the last change of the files that a server was started with."""


class Reloads:
    """``error`` says why the last change is not in use; it is None when the files are in use.

    ``count`` is how many changes have been loaded.
    """

    def __init__(self) -> None:
        self.error: str | None = None
        self.count = 0

    def failed(self, error: str) -> None:
        """A changed file cannot be used; the server goes on with what it had."""
        self.error = error

    def succeeded(self) -> None:
        """The server uses the files as they are."""
        self.error = None
        self.count += 1
