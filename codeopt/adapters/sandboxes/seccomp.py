"""Build seccomp filters: which system calls sandboxed code may not make.

Numbers come from the kernel headers (``asm/unistd_64.h`` for x86-64, ``asm-generic/unistd.h`` for
aarch64, Linux 6.1), the layout of programs from ``linux/filter.h`` and ``linux/seccomp.h``.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

# linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_ALU|BPF_AND|BPF_K, BPF_JMP|…|BPF_K, BPF_RET|BPF_K
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_EQUAL, _GREATER, _ANY_BIT = 0x15, 0x25, 0x45
# linux/seccomp.h: SECCOMP_RET_*
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
# struct seccomp_data: nr at 0, arch at 4, args (64 bits each, low half first) from 16
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
# Calls newer than this answer ENOSYS: nobody has judged them, and callers have a way without.
_NEWEST_KNOWN = 451

# linux/sched.h: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x60000000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # asm-generic/ioctls.h: type into a terminal
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16  # linux/socket.h
_SOCK_DGRAM = 2  # linux/net.h


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int  # linux/audit.h: AUDIT_ARCH_*
    column: int  # of _CALLS


_MACHINES = {"x86_64": _Machine(0xC000003E, 0), "aarch64": _Machine(0xC00000B7, 1)}

# name -> number on x86-64 and aarch64 (None: does not exist there)
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "syslog": (103, 116),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "clone": (56, 220),
    "clone3": (435, 435),
    "ioctl": (16, 29),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "semop": (65, 193),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
_ALWAYS = tuple(_CALLS)[: tuple(_CALLS).index("clone")]
# System V and POSIX queues, segments and semaphores of the host are in reach without a namespace.
_HOST_IPC = (
    "shmget",
    "shmat",
    "semget",
    "semop",
    "msgget",
    "msgsnd",
    "msgrcv",
    "mq_open",
    "mq_unlink",
)
# Landlock does not govern the mode and owner of files: these calls do nothing and say "done",
# because shutil.copy and tarfile give up when they fail.
_PRETENDED = ("chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat")
_ATTRIBUTES = ("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr")
_OF_OTHER_PROCESSES = (
    "prlimit64",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setparam",
    "sched_setattr",
)
_O_TRUNC, _O_ACCMODE = 0o1000, 0o3  # asm-generic/fcntl.h


class _Program:
    """Collect instructions; the number of the call is in the accumulator between rules."""

    def __init__(self, machine: _Machine) -> None:
        self._machine = machine
        self._code: list[tuple[int, int, int, int]] = [
            (_LOAD, 0, 0, _ARCH),
            (_EQUAL, 1, 0, machine.audit),
            (_RETURN, 0, 0, _KILL_PROCESS),
            (_LOAD, 0, 0, _NUMBER),
            (_GREATER, 0, 1, _NEWEST_KNOWN),  # the x32 calls of x86-64 have bit 30 set
            (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
        ]

    def refuse(self, *names: str, code: int = errno.EPERM) -> None:
        """Let calls fail with an error (0: pretend success)."""
        for number in map(self._number, names):
            if number is not None:
                self._code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | code)]

    def refuse_if(
        self, name: str, argument: int, test: tuple[int, int], *, mask: int | None = None
    ) -> None:
        """Let a call fail when ``test`` (comparison, value) holds for half an argument."""
        self._on_argument(name, argument, [(test[0], 0, 1, test[1])], mask)

    def refuse_unless(self, name: str, argument: int, values: tuple[int, ...]) -> None:
        """Let a call fail unless an argument is one of ``values``."""
        tests = [(_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
        self._on_argument(name, argument, tests, None)

    def finish(self) -> bytes:
        """Return the program as an array of ``struct sock_filter``."""
        code = [*self._code, (_RETURN, 0, 0, _ALLOW)]
        return b"".join(struct.pack("=HBBI", *each) for each in code)

    def _on_argument(
        self, name: str, argument: int, tests: list[tuple[int, int, int, int]], mask: int | None
    ) -> None:
        number = self._number(name)
        if number is None:
            return
        body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
        body += [(_AND, 0, 0, mask)] if mask is not None else []
        body += [*tests, (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_LOAD, 0, 0, _NUMBER)]
        self._code += [(_EQUAL, 0, len(body), number), *body]

    def _number(self, name: str) -> int | None:
        return _CALLS[name][self._machine.column]


def supported(machine: str) -> bool:
    """Tell whether filters can be built for a machine (``os.uname().machine``)."""
    return machine in _MACHINES


def namespaced_filter(machine: str) -> bytes:
    """Return the filter for code that has namespaces of its own (bubblewrap)."""
    program = _base(machine)
    # The network namespace does not hold vsock, bluetooth and the like.
    program.refuse_unless("socket", 0, (_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK))
    return program.finish()


def landlocked_filter(machine: str, *, network: bool, abi: int) -> bytes:
    """Return the filter for code that shares the namespaces of the host (Landlock).

    Landlock does not govern sockets with a path, so no socket can be made at all; a pair of
    connected ones can, but no datagram pair, which can send to any address.
    """
    program = _base(machine)
    if network:
        program.refuse_unless("socket", 0, (_AF_INET, _AF_INET6, _AF_NETLINK))
    else:
        program.refuse("socket")
    program.refuse_if("socketpair", 1, (_EQUAL, _SOCK_DGRAM), mask=0xF)
    program.refuse(*_HOST_IPC)
    program.refuse(*_PRETENDED, code=0)
    program.refuse(*_ATTRIBUTES, code=errno.ENOTSUP)
    for name in _OF_OTHER_PROCESSES:
        program.refuse_if(name, 0, (_ANY_BIT, 0xFFFFFFFF))
    for name in ("setpriority", "ioprio_set"):
        program.refuse_if(name, 1, (_ANY_BIT, 0xFFFFFFFF))
    if abi < 3:  # Landlock does not govern truncation yet
        program.refuse("truncate")
        program.refuse("openat2", code=errno.ENOSYS)
        for name, flags in (("open", 1), ("openat", 2)):
            program.refuse_if(name, flags, (_EQUAL, _O_TRUNC), mask=_O_TRUNC | _O_ACCMODE)
    return program.finish()


def _base(machine: str) -> _Program:
    program = _Program(_MACHINES[machine])
    program.refuse(*_ALWAYS)
    program.refuse("clone3", code=errno.ENOSYS)  # its flags are behind a pointer; libc falls back
    program.refuse_if("clone", 0, (_ANY_BIT, _NEW_NAMESPACES))
    for request in (_TIOCSTI, _TIOCLINUX):
        program.refuse_if("ioctl", 1, (_EQUAL, request))
    return program
