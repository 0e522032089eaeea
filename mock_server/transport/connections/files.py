"""How many connections the operating system lets a process have."""

import sys

# What a server has open besides its connections: store, log, threads, those told to come later.
_SPARE = 512


def room_for(connections: int) -> int:
    """How many connections can be open: ``connections``, or fewer where that is not allowed.

    Raises the process's own limit as far as it may.
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
