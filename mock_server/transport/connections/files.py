"""The operating system's limit of open files."""

import sys

# Open files besides connections: store, log, threads, refused connections.
_SPARE = 512


def room_for(connections: int) -> int:
    """The number of connections that can be open: ``connections``, or fewer if the limit is lower.

    Raises the process's soft limit as far as needed and allowed.
    """
    if sys.platform == "win32":
        return connections
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _SPARE
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
    return max(1, min(connections, max(soft, allowed) - _SPARE))
