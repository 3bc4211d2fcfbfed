from notifications.channels.aspsms import Aspsms
from notifications.channels.base import Access, Asked, Gateway, Outgoing, Receipt, Report
from notifications.channels.console import Console
from notifications.channels.email import Smtp
from notifications.channels.seven import Seven
from notifications.models.gateway import GatewayKind

_GATEWAYS: dict[str, type[Console] | type[Smtp] | type[Seven] | type[Aspsms]] = {
    GatewayKind.CONSOLE: Console,
    GatewayKind.SMTP: Smtp,
    GatewayKind.SEVEN: Seven,
    GatewayKind.ASPSMS: Aspsms,
}


def open_gateway(kind: str, access: Access) -> Gateway:
    return _GATEWAYS[kind](access)


__all__ = ["Access", "Asked", "Gateway", "Outgoing", "Receipt", "Report", "open_gateway"]
