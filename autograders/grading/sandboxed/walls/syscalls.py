"""seccomp: the system calls that a student's process may make; any other is refused."""

import ctypes
import errno
import os
import signal
import socket
from collections.abc import Sequence

# What Python, numpy, torch and matplotlib need of the kernel once they are loaded.
ALLOWED = (
    *("read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "lseek"),
    *("close", "close_range", "dup", "dup2", "dup3"),
    *("stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat"),
    *("faccessat2", "readlink", "readlinkat", "getdents64", "getcwd", "chdir", "fchdir", "umask"),
    *("ftruncate", "fallocate", "fsync", "fdatasync", "fadvise64"),
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    *("pipe", "pipe2", "poll", "ppoll", "select", "pselect6", "eventfd2", "epoll_create1"),
    *("epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2"),
    *("mmap", "munmap", "mremap", "mprotect", "madvise", "msync", "brk", "mlock"),
    *("futex", "set_robust_list", "rseq", "membarrier", "sched_yield", "sched_getaffinity"),
    *("sched_getparam", "sched_getscheduler", "get_mempolicy", "getcpu"),
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getgroups"),
    *("getpgid", "getpgrp", "getsid", "getresuid", "getresgid", "getpriority"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend"),
    *("rt_sigtimedwait", "sigaltstack", "restart_syscall", "set_tid_address", "pause"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time"),
    *("setitimer", "getitimer", "alarm", "timer_create", "timer_settime", "timer_delete"),
    *("getrandom", "getrusage", "getrlimit", "times", "uname", "sysinfo", "exit", "exit_group"),
    *("shutdown", "arch_prctl", "wait4"),
)
_IS_AVAILABLE = 2  # SECCOMP_GET_ACTION_AVAIL
_CLONE_THREAD = 0x00010000
_NAMESPACES = 0x7E020080  # all CLONE_NEW flags
# Truncating needs a right that the oldest Landlocks do not ask for: so only where a file may be
# written. No command of fcntl may name a process, which could then be sent any signal, or lock a
# file, which another student's process could see.
_ACCESS, _TRUNCATING = 0o3, 0o1000
_READ_ONLY, _WRITE_ONLY, _READ_WRITE = 0, 1, 2
_ON_DESCRIPTORS = (0, 1, 2, 3, 4, 1030, 1031, 1032)  # F_DUPFD ... F_GETPIPE_SZ
_SETTING_NAMES = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
_KIND_OF_SOCKET = 0xF  # the other bits say whether it blocks and is kept
_ASKING_TERMINALS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS ... FIONBIO, FIOCLEX


def available() -> bool:
    """Whether the library that assembles the filter is here, which pyseccomp looks for, and the
    kernel takes filters that refuse."""
    try:
        import pyseccomp as sc
    except (ImportError, OSError, RuntimeError):
        return False
    number = sc.resolve_syscall(sc.system_arch(), "seccomp")
    refusing = ctypes.c_uint32(sc.ERRNO(0))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(number, _IS_AVAILABLE, 0, ctypes.byref(refusing)) == 0)


def restrict(besides: Sequence[str] = ()) -> None:
    """From now on this process makes the ALLOWED calls and those named `besides` only, may start
    threads but no processes, and may send signals to itself only. It never gets more rights than
    it has (`no_new_privs`).

    Raises:
        OSError: where the kernel refuses.
    """
    import pyseccomp as sc

    # another architecture's calls have other numbers: the filter kills whoever makes one
    filter_ = sc.SyscallFilter(defaction=sc.ERRNO(errno.EPERM))
    for name in (*ALLOWED, *besides):
        filter_.add_rule(sc.ALLOW, name)
    thread = sc.Arg(0, sc.MASKED_EQ, _CLONE_THREAD | _NAMESPACES, _CLONE_THREAD)
    filter_.add_rule(sc.ALLOW, "clone", thread)
    filter_.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")  # the C library then tries clone
    for name in ("kill", "tgkill"):
        filter_.add_rule(sc.ALLOW, name, sc.Arg(0, sc.EQ, os.getpid()))
    filter_.add_rule(sc.ALLOW, "sched_setaffinity", sc.Arg(0, sc.EQ, 0))  # of itself
    for name, flags in (("open", 1), ("openat", 2)):
        reading = sc.Arg(flags, sc.MASKED_EQ, _ACCESS | _TRUNCATING, _READ_ONLY)
        filter_.add_rule(sc.ALLOW, name, reading)
        for access in (_WRITE_ONLY, _READ_WRITE):
            filter_.add_rule(sc.ALLOW, name, sc.Arg(flags, sc.MASKED_EQ, _ACCESS, access))
    for command in _ON_DESCRIPTORS:
        filter_.add_rule(sc.ALLOW, "fcntl", sc.Arg(1, sc.EQ, command))
    # event loops wake themselves by a pair of sockets, which nobody else can reach: no address can
    # be given to one, nor a descriptor sent
    stream = sc.Arg(1, sc.MASKED_EQ, _KIND_OF_SOCKET, socket.SOCK_STREAM)
    filter_.add_rule(sc.ALLOW, "socketpair", sc.Arg(0, sc.EQ, socket.AF_UNIX), stream)
    plainly = sc.Arg(3, sc.MASKED_EQ, socket.MSG_OOB, 0)  # urgent bytes have been a hole in kernels
    filter_.add_rule(sc.ALLOW, "sendto", plainly, sc.Arg(4, sc.EQ, 0))
    filter_.add_rule(sc.ALLOW, "recvfrom", plainly)
    for option in _SETTING_NAMES:
        filter_.add_rule(sc.ALLOW, "prctl", sc.Arg(0, sc.EQ, option))
    for request in _ASKING_TERMINALS:
        filter_.add_rule(sc.ALLOW, "ioctl", sc.Arg(1, sc.EQ, request))
    filter_.add_rule(sc.ALLOW, "prlimit64", sc.Arg(2, sc.EQ, 0))  # asking, not setting
    filter_.load()
    signal.signal(signal.SIGSYS, signal.SIG_DFL)
