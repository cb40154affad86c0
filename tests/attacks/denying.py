"""What should stop the grading, or cost other students something."""

from attacks.attack import KEPT_CELL, LOST_CELL, Attack

DENYING = {
    "loop": Attack("endless", "while True:\n    pass", expected=KEPT_CELL),
    "loud-loop": Attack("endless", "while True:\n    print('x' * 1000)", expected=KEPT_CELL),
    "deaf-loop": Attack(
        "endless",
        """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
def wait():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
wait()
""",
        expected=KEPT_CELL,
    ),
    "loop-in-function": Attack(
        "endless", answer="def double(x):\n    while True:\n        pass", expected=LOST_CELL
    ),
    "sleep": Attack("sleep", "import time\ntime.sleep(1e6)", expected=KEPT_CELL),
    "hangs-1": Attack("many-at-once", "import time\ntime.sleep(1e6)", expected=KEPT_CELL),
    "hangs-2": Attack(
        "many-at-once", "import threading\nthreading.Event().wait()", expected=KEPT_CELL
    ),
    "stops-itself": Attack(
        "many-at-once",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        expected=KEPT_CELL,
    ),
    "memory": Attack(
        "memory",
        """
import numpy as np
held = []
try:
    while True:
        held.append(np.empty(1 << 30, "uint8"))  # asked for, not filled: that takes its time
except MemoryError:
    del held
    print("refused")
""",
    ),
    "processes": Attack(
        "processes",
        """
import os, subprocess, multiprocessing, threading, time
for start in (os.fork, lambda: os.execv("/bin/true", ["true"]), os.setsid,
              lambda: os.posix_spawn("/bin/true", ["true"], {}),
              lambda: subprocess.Popen(["sleep", "1000"]),
              multiprocessing.Process(target=print).start):
    try:
        print("LEAKED", start())
    except OSError as error:
        print("refused", error)
threads = []
try:
    for _ in range(500):
        threads.append(threading.Thread(target=time.sleep, args=(1000,), daemon=True))
        threads[-1].start()
except RuntimeError as error:
    print("refused", error)
""",
    ),
    "output": Attack(
        "output",
        """
from IPython.display import display
print("x" * 50_000_000)
for _ in range(1000):
    display("y" * 100_000)
"z" * 10_000_000
""",
    ),
    "disk": Attack(
        "disk",
        """
import os
os.mkdir("closed", 0o300)
try:
    for number in range(100):
        with open(f"closed/{number}", "wb") as file:
            for _ in range(10):
                file.write(bytes(4 << 20))
except OSError as error:
    print("refused", error)
for _ in range(1500):
    os.mkdir("deep")
    os.chdir("deep")
for make in (lambda: os.symlink("/etc/passwd", "link"), lambda: os.link("/etc/passwd", "hard"),
             lambda: os.mkfifo("pipe"), lambda: os.mknod("device", 0o60600, 1)):
    try:
        print("LEAKED", make())
    except OSError as error:
        print("refused", error)
""",
    ),
    "huge-file": Attack(
        "disk",
        """
import os
try:
    os.ftruncate(os.open("huge", os.O_RDWR | os.O_CREAT), 1 << 50)
    print("LEAKED")
except OSError as error:
    print("refused", error)
""",
    ),
    "signals": Attack(
        "signals",
        """
import fcntl, os, signal
tries = [lambda who=who: os.kill(who, signal.SIGKILL) for who in (os.getppid(), 1, 2, -1, 0)]
tries.append(lambda: os.killpg(os.getppid(), 9))
reader, writer = os.pipe()
tries.append(lambda: fcntl.fcntl(reader, fcntl.F_SETOWN, os.getppid()))
for go in tries:
    try:
        print("LEAKED", go())
    except OSError as error:
        print("refused", error)
""",
    ),
    "debugger": Attack(
        "debugger",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for who in (os.getppid(), 1, 2):
    if libc.ptrace(16, who, 0, 0) == 0:
        print("LEAKED")
if libc.ptrace(0, 0, 0, 0) == 0:
    print("LEAKED")
if libc.syscall(310, os.getppid(), 0, 0, 0, 0, 0) >= 0:
    print("LEAKED")
""",
    ),
    "segfault": Attack("crash", "import ctypes\nctypes.string_at(0)", expected=KEPT_CELL),
    "recursion": Attack(
        "crash",
        """
import sys
sys.setrecursionlimit(10**9)
def deeper(f):
    return deeper(lambda: f) + 1
deeper(0)
""",
        expected=KEPT_CELL,
    ),
    "large-replies": Attack(
        "examiner-memory",
        answer="import numpy as np\n\ndef double(x):\n    return np.zeros(60_000_000, bool)",
        expected=LOST_CELL,
    ),
    "drip": Attack(
        "examiner-memory",
        """
import os, struct, time
os.write(3, struct.pack("<I", 60_000_000))
while True:
    os.write(3, b"xy")
""",
        expected=KEPT_CELL,
    ),
    "broken-frames": Attack(
        "replies",
        """
import os
os.write(3, b"\\xff" * 100)
""",
        expected=KEPT_CELL,
    ),
}
