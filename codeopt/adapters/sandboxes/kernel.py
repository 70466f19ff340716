"""Ask the Linux kernel to confine this process: prctl, capabilities, Landlock, seccomp.

Standard library only, and as little of it as possible: it runs between fork and exec of each
sandboxed process. Constants come from ``linux/prctl.h``, ``linux/capability.h``,
``linux/landlock.h`` and ``linux/seccomp.h``; the system calls of Landlock have the same numbers on
every machine (``asm-generic/unistd.h``).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 22, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3, _LAST_CAPABILITY = 0x20080522, 63
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION, _PATH_BENEATH = 1, 1
NEWEST_ABI = 7

# LANDLOCK_ACCESS_FS_*, by bit
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK, _TRUNCATE, _IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
# How many file rights each ABI knows: 1: up to MAKE_SYM, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16, 7: 16}
_NET_TCP = 0b11  # LANDLOCK_ACCESS_NET_BIND_TCP | CONNECT_TCP, since ABI 4
_SCOPED = 0b11  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | SIGNAL, since ABI 6


class KernelError(OSError):
    """Say that the kernel refused to confine this process."""


def landlock_abi() -> int:
    """Return the ABI version of Landlock, at most the newest known one; 0 without Landlock."""
    try:
        answer = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _RULESET_VERSION)
    except (OSError, AttributeError):
        return 0
    return max(0, min(int(answer), NEWEST_ABI))


def adopt_orphans() -> None:
    """Make this process the parent of every descendant that loses its own."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Let the kernel kill this process when the thread that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, 9)


def forbid_privileges() -> None:
    """Take set-uid programs their power, for this process and all that it starts."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up the powers of root; an ordinary user has none to give up."""
    libc = _libc()
    for each in range(_LAST_CAPABILITY + 1):
        if libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(each), None, None, None) != 0:
            break  # an ordinary user, or past the last capability of this kernel
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    if libc.capset(header, bytes(24)) != 0:
        raise _refused("capset")


def filter_calls(program: bytes) -> None:
    """Install a seccomp filter (an array of ``struct sock_filter``) for good."""
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header)


def restrict_files(
    read: list[str], write: list[str], devices: list[str], *, network: bool, abi: int
) -> None:
    """Allow this process to read below ``read``, all below ``write`` and to use ``devices``.

    Paths that do not exist are skipped. Needs ``forbid_privileges`` first.
    """
    handled = (1 << _RIGHTS[abi]) - 1
    net = 0 if network or abi < 4 else _NET_TCP
    attributes = struct.pack("=QQQ", handled, net, _SCOPED if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        everything = handled & ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
        of_devices = (_READ_FILE | _WRITE_FILE | _TRUNCATE) & handled
        for paths, rights in ((read, _READ), (write, everything), (devices, of_devices)):
            for path in paths:
                _allow(ruleset, path, rights)
        _syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= _OF_FILES
        # struct landlock_path_beneath_attr is packed
        _syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
    finally:
        os.close(fd)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, argument: int, third: bytes | None = None) -> None:
    nothing = ctypes.c_ulong(0)
    if _libc().prctl(option, ctypes.c_ulong(argument), third, nothing, nothing) != 0:
        raise _refused(f"prctl {option}")


def _syscall(number: int, *arguments: object) -> int:
    answer = int(_libc().syscall(number, *arguments))
    if answer < 0:
        raise _refused(f"system call {number}")
    return answer


def _refused(what: str) -> KernelError:
    code = ctypes.get_errno()
    return KernelError(code, f"{what}: {os.strerror(code)}")
