"""What is not a student's to read. Whatever is read is printed; the course's secret must not be
among it, nor what is printed only where something was reached."""

from attacks.attack import Attack

_SHOW = """
def show(read):
    try:
        print("read", str(read())[:3000])
    except BaseException as error:
        print("refused", type(error).__name__, error)
"""

READING = {
    "reads-memory": Attack(
        "read-tests",
        _SHOW
        + """
import gc, sys, linecache, inspect
show(lambda: [In, Out])
show(lambda: [m for m in sys.modules if "hidden" in m or "exercises" in m])
show(lambda: [o for o in gc.get_objects() if "<terces>"[::-1] in str(type(o).__name__)])
show(lambda: [f.frame.f_locals for f in inspect.stack()])
show(lambda: linecache.cache.keys())
for name in ("hidden", "exercises", "exercises.discrete_convolution", "build"):
    show(lambda: "LEAKED " + __import__(f"autograders.{name}").__name__)
""",
    ),
    "files": Attack(
        "read-files",
        _SHOW
        + """
import os
from pathlib import Path
for path in ("<course>/secret.txt", "<course>/gradebook.db", "<course>/nbgrader_config.py",
             "<course>/notebooks/01-small/01-small.ipynb",
             "<course>/submitted/victim/01-small/01-small.ipynb",
             "<course>/autograded/victim/01-small/01-small.ipynb",
             "<project>/autograders/hidden/key", "<project>/autograders/hidden/kept_images.py",
             "/etc/passwd", "/etc/shadow", "<home>/.bashrc", "<home>/.profile"):
    show(lambda: "LEAKED " + repr(Path(path).read_bytes()))
    show(lambda: "LEAKED " + repr(os.read(os.open(path, os.O_RDONLY), 1000)))
for folder in ("<course>", "<course>/submitted", "<course>/submitted/victim/01-small", "<project>",
               "/", "<home>", "/home", "/tmp", ".."):
    show(lambda: "LEAKED " + repr(os.listdir(folder)))
%cat <course>/secret.txt
print(get_ipython().getoutput("cat <course>/secret.txt"))
""",
    ),
    "reads-processes": Attack(
        "read-processes",
        _SHOW
        + """
import os
from pathlib import Path
for who in ("self", "1", os.getppid()):
    for what in ("environ", "cmdline", "maps", "mem", "fd", "cwd/secret.txt", "root/etc/passwd"):
        show(lambda: "LEAKED " + repr(Path(f"/proc/{who}/{what}").read_bytes()[:2000]))
show(lambda: [value for value in os.environ.values() if "<terces>"[::-1] in value])
print(get_ipython().getoutput("ps aux"))
""",
    ),
    "descriptors": Attack(
        "descriptors",
        """
import os
for number in range(4, 1024):
    try:
        os.fstat(number)
        print("LEAKED descriptor", number)
    except OSError:
        pass
for number in (0, 1, 2):
    try:
        print("read", os.read(number, 100), os.write(number, b"hello"))
    except OSError as error:
        print("refused", error)
""",
    ),
    "network": Attack(
        "network",
        """
import socket, urllib.request
def attempt(go):
    try:
        print("LEAKED", go())
    except OSError as error:
        print("refused", error)
attempt(lambda: socket.create_connection(("127.0.0.1", <port>), 1).send(b"hidden"))
attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", <port>)))
attempt(lambda: urllib.request.urlopen("http://127.0.0.1:<port>/", timeout=1).read())
attempt(lambda: socket.getaddrinfo("elsewhere.example", 80))
attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
attempt(lambda: socket.socketpair(socket.AF_INET))
ours, theirs = socket.socketpair()  # of streams, for event loops
descriptor = (socket.SOL_SOCKET, socket.SCM_RIGHTS, bytes([1, 0, 0, 0]))
attempt(lambda: ours.sendmsg([b"x"], [descriptor]))
attempt(lambda: theirs.recvmsg(1, 100))
attempt(lambda: ours.send(b"x", socket.MSG_OOB))
attempt(lambda: theirs.recv(1, socket.MSG_OOB))
for address in (chr(0) + "elsewhere", "/run/systemd/notify", "/dev/log"):
    attempt(lambda: ours.sendto(b"x", address))
    attempt(lambda: theirs.bind(address))
    attempt(lambda: theirs.connect(address))
attempt(lambda: theirs.listen())
attempt(lambda: theirs.accept())
attempt(lambda: socket.socket(socket.AF_UNIX))
attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
""",
    ),
    "message": Attack(
        "side-channels",
        """
import os, fcntl
for place in ("/dev/shm/note", "/tmp/note", "/scratch/note", "/note", "../note", "<course>/note",
              "/var/tmp/note"):
    try:
        print("LEAKED" if os.path.exists(place) else "nothing", open(place, "x").write("note"))
    except OSError as error:
        print("refused", error)
""",
    ),
    "message-again": Attack(
        "side-channels",
        """
import os
for place in ("/dev/shm/note", "/tmp/note", "/scratch/note", "/note", "../note", "<course>/note",
              "/var/tmp/note"):
    if os.path.exists(place):
        print("LEAKED", place)
try:
    print("LEAKED", [name for name in os.listdir("..")])
except OSError as error:
    print("refused", error)
""",
    ),
    "locks": Attack(
        "side-channels",
        """
import fcntl, os
import numpy
for path in (os.__file__, numpy.__file__):
    file = open(path)
    for lock in (fcntl.flock, fcntl.lockf):
        try:
            print("LEAKED", lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB))
        except OSError as error:
            print("refused", error)
""",
    ),
    "hidden-cell": Attack(
        "told-by-errors",
        answer="def double(x):\n    raise type(f'Given{x}', (Exception,), {})(repr(x))",
        expected={"double": 0.0, "unit": 0.0},
    ),
}
