"""The fake video gateway as a client project uses it: a pytest plugin and ``running_gateway()``.

Standard library only (and pytest for the plugin). The server runs in a process of its own, so
nothing else is imported here, and no folder of the client project can take the place of a part of
the server. Every pytest run imports this module, so what it offers is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from video_gateway_mock.handle import (
        ControlError,
        Delivery,
        Gateway,
        JobRecord,
        Request,
        WebhookEndpoint,
    )
    from video_gateway_mock.running import running_gateway
    from video_gateway_mock.server import ServerError

__all__ = (
    "ControlError",
    "Delivery",
    "Gateway",
    "JobRecord",
    "Request",
    "ServerError",
    "WebhookEndpoint",
    "running_gateway",
)
_MODULES = {"running_gateway": "running", "ServerError": "server"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'handle')}"), name)
