"""The fake video gateway for client projects: a pytest plugin and ``running_gateway()``.

It imports only the standard library, and pytest for the plugin. The server runs in its own process,
so no folder of the client project can shadow a package of the server. Every pytest run imports this
module, so its names are imported on first use.
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
