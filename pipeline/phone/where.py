"""At which address a phone finds this computer."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final

from pipeline.errors import SettingError
from pipeline.settings import environment, mode
from pipeline.wording import phone_text

_FAR_AWAY: Final = ("192.0.2.1", 9)  # for documentation: nobody is there, and nothing is sent
_EVERYWHERE: Final = "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen, and what the phone opens.

    Attributes:
        host: Of this computer's addresses the one to listen at.
        port: The port.
        is_fixed: Whether no other port will do.
        address: What leads there from outside; None where the phone comes to host and port.
    """

    host: str
    port: int
    is_fixed: bool
    address: str | None

    def leads_to(self, port: int) -> str:
        """The beginning of every address, without a slash at its end."""
        return self.address or f"http://{self.host}:{port}"


def find() -> Where:
    """The place, as the environment says it or as the network is.

    Raises:
        SettingError: If there is none: in the demo, and without a network.
    """
    if mode.is_demo():
        raise SettingError(phone_text.NOT_IN_DEMO)
    port, address = environment.phone_port(), environment.phone_address()
    usual = port or environment.PHONE_PORT
    if address is not None:
        return Where(_EVERYWHERE, usual, True, address)
    host = in_the_network()
    if host is None:
        raise SettingError(phone_text.NO_NETWORK)
    return Where(host, usual, port is not None, None)


def in_the_network() -> str | None:
    """This computer's own address in its network; None without one."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(_FAR_AWAY)  # chooses the way, and sends nothing
            host = str(asked.getsockname()[0])
    except OSError:
        return None
    found = ipaddress.ip_address(host)
    return None if found.is_loopback or found.is_unspecified or found.is_link_local else host
