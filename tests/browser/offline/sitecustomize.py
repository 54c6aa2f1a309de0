"""Python imports this at its start where the folder is on its path: no way out of this machine.

A machine without a network, for the server and for every worker that it starts.
"""

import errno
import socket

_connect = socket.socket.connect
_look_up = socket.getaddrinfo
_HERE = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)


def connect(self, address):
    """Refuse whatever is not on this machine."""
    if isinstance(address, tuple) and address[0] not in _HERE:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")
    return _connect(self, address)


def look_up(host, *arguments, **options):
    """Know no names but this machine's."""
    if host not in _HERE:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _look_up(host, *arguments, **options)


socket.socket.connect = connect
socket.getaddrinfo = look_up
