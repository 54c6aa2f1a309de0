"""Seccomp: from here on the kernel refuses certain calls of a process, whatever it does.

The filter is a small program of the kernel's (classic BPF), see `seccomp(2)`. A list of what is
refused, not of what is allowed: other versions of Python and of libraries make other harmless
calls. A refused call fails as if it were not permitted.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from typing import Final

from pipeline.photos.decoding import system_calls

# Numbers of calls: x86-64, then 64-bit ARM; None where there is no such call.
_REFUSED: Final[dict[str, tuple[int | None, int]]] = {
    # network
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201),
    "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # programs, other processes
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "kill": (62, 129),
    "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "prlimit64": (302, 261), "setrlimit": (160, 164),
    "memfd_create": (319, 279),
    # names and contents of files
    "mkdirat": (258, 34), "mknodat": (259, 33), "unlinkat": (263, 35), "symlinkat": (266, 36),
    "linkat": (265, 37), "renameat": (264, 38), "renameat2": (316, 276), "truncate": (76, 45),
    "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchown": (93, 55),
    "fchownat": (260, 54), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "open_by_handle_at": (304, 265),
    # what would lead around all this
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "move_mount": (429, 429), "open_tree": (428, 428),
    "fsopen": (430, 430), "fsmount": (432, 432), "personality": (135, 92),
}  # fmt: skip
# Calls of x86-64 alone, older forms of those above.
_REFUSED_X86: Final = (57, 58, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 132, 133, 235, 261)
_NOT_KNOWN: Final = {"clone3": (435, 435), "openat2": (437, 437)}  # then the older form is taken
_OPENAT, _CLONE, _TGKILL = (257, 56), (56, 220), (234, 131)
_OPEN_X86: Final = 2
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CLONE_THREAD: Final = 0x10000
_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32: Final = 0x40000000  # added to the number in a third form of x86's calls

_SECCOMP: Final = (317, 277)
_SET_FILTER, _ALL_THREADS, _IS_AVAILABLE = 1, 1, 2
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_Step = tuple[int, int, int, int]  # code, steps to leap where it holds, and where not, value


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def is_there(machine: str) -> bool:
    """Whether this kernel can refuse calls, and we know their numbers on this processor."""
    if machine not in _ARCHITECTURES:
        return False
    which, _ = _ARCHITECTURES[machine]
    action = ctypes.c_uint32(_ERRNO)
    try:
        system_calls.call(_SECCOMP[which], _IS_AVAILABLE, 0, ctypes.byref(action))
    except OSError:
        return False
    return True


def refuse_calls(machine: str) -> bool:
    """Refuse, for good, in all threads of this process.

    Args:
        machine: The processor, as `platform.machine` calls it.

    Returns:
        Whether the kernel did so.
    """
    if machine not in _ARCHITECTURES:
        return False
    which, _ = _ARCHITECTURES[machine]
    steps = list(_steps(machine, os.getpid()))
    program = _Program(len(steps), b"".join(map(_packed, steps)))
    try:
        system_calls.renounce_privileges()
        system_calls.call(_SECCOMP[which], _SET_FILTER, _ALL_THREADS, ctypes.byref(program))
    except OSError:
        return False
    return True


def _steps(machine: str, pid: int) -> Iterator[_Step]:
    which, architecture = _ARCHITECTURES[machine]
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, architecture
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    if which == 0:
        yield _AT_LEAST, 0, 1, _X32
        yield _RETURN, 0, 0, _KILL
        for number in _REFUSED_X86:
            yield from _refuse(number, errno.EPERM)
        yield from _if_argument(_OPEN_X86, 1, (_ANY_BIT, 0, 1, _WRITING))
    for numbers in _REFUSED.values():
        if (refused := numbers[which]) is not None:
            yield from _refuse(refused, errno.EPERM)
    for numbers in _NOT_KNOWN.values():
        yield from _refuse(numbers[which], errno.ENOSYS)
    yield from _if_argument(_OPENAT[which], 2, (_ANY_BIT, 0, 1, _WRITING))
    yield from _if_argument(_CLONE[which], 0, (_ANY_BIT, 1, 0, _CLONE_THREAD))  # else a process
    yield from _if_argument(_TGKILL[which], 0, (_EQUAL, 1, 0, pid))  # itself alone, as `abort` does
    yield _RETURN, 0, 0, _ALLOW


def _refuse(number: int, reason: int) -> Iterator[_Step]:
    yield _EQUAL, 0, 1, number
    yield _RETURN, 0, 0, _ERRNO | reason


def _if_argument(number: int, argument: int, holds: _Step) -> Iterator[_Step]:
    """Refuse a call where the lower half of an argument is so; the last leap skips the refusal."""
    yield _EQUAL, 0, 4, number
    yield _LOAD, 0, 0, 16 + 8 * argument
    yield holds
    yield _RETURN, 0, 0, _ERRNO | errno.EPERM
    yield _LOAD, 0, 0, _NUMBER


def _packed(step: _Step) -> bytes:
    code, if_so, if_not, value = step
    order: tuple[tuple[int, int], ...] = ((code, 2), (if_so, 1), (if_not, 1), (value, 4))
    return b"".join(number.to_bytes(length, "little") for number, length in order)
