"""Why there is no film: one class for each thing that a caller would do next."""


class FilmError(Exception):
    """There is no film. ``job`` is the id of the paid job, where there is one."""

    def __init__(self, message: str, *, job: str | None = None) -> None:
        super().__init__(message)
        self.job = job


class RefusedError(FilmError):
    """Moderation refused the prompt or the film: change the prompt."""


class FailedError(FilmError):
    """The job failed for another reason: a new one may do better."""


class TooLateError(FilmError):
    """Time is up. The job, if there is one, goes on: ``finish`` it later, do not order again."""


class GoneError(FilmError):
    """The job is complete, but its film has expired or never was there: order again."""


class UnavailableError(FilmError):
    """None of the models can be had: retired, paused, without a channel, or out of quota."""


class UnclearError(FilmError):
    """It is unknown whether a job was created: check the bill before ordering again."""


class ServiceError(FilmError):
    """The service does not answer, answers nonsense, or does not understand the request."""
