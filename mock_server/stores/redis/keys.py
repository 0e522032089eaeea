"""What keys are called."""

from collections.abc import Sequence

PREFIX = "video-gateway-mock"
# Whose worlds there are, and who has anything in the outbox.
WORLDS, OUTBOXES = f"{PREFIX}:worlds", f"{PREFIX}:outboxes"
# The bytes of each journal, and of all.
SIZES, TOTAL = f"{PREFIX}:journal-sizes", f"{PREFIX}:journal-total"
PENDING_KINDS = ("deliveries", "due", "claims")
RECORDS = "records"


def key(tenant: str, kind: str) -> str:
    """The key of one kind of a tenant's things."""
    return f"{PREFIX}:{tenant}:{kind}"


def keys(tenant: str, kinds: Sequence[str]) -> list[str]:
    """The keys of several kinds."""
    return [key(tenant, kind) for kind in kinds]
