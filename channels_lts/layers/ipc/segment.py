import contextlib
import fcntl
import mmap
import os
import pickle
import struct
import threading
import weakref

from channels.asgi import InvalidChannelLayerError

from channels_lts.extras import extra

from ..drop_log import Full

with extra("ipc"):
    import posix_ipc

LENGTH = struct.Struct(">Q")

segments = weakref.WeakSet()


def after_fork():
    for segment in list(segments):
        segment.detach()


os.register_at_fork(after_in_child=after_fork)


class Segment:
    """
    One value in POSIX shared memory, shared by all processes of this user and host that use the
    same name. It outlives them, until the machine restarts (docs/ipc.md).

    A process may be killed at any point: its lock goes with it, since it is the kernel's
    (asgi_ipc's semaphore would stay taken); and a value is written beside the previous one, and
    becomes valid when a single byte is written.
    """

    def __init__(self, name, size, empty=dict):
        """
        `size`: bytes; a value may take almost half of them. `empty`: makes the first value.
        Raises InvalidChannelLayerError if the machine lacks that much shared memory, if some exists
        with another size, or if other users have access to it.
        """
        self.name = "/" + name
        self.size = size
        self.empty = empty
        self.room = size // 2 - LENGTH.size - 1
        self.thread_lock = threading.Lock()  # the kernel's lock is per process
        self._attach()
        segments.add(self)

    def _attach(self):
        self.descriptor = self._open()
        try:
            self._check_owner()
            with self._kernel_locked():
                self._allocate(self.size)
            self.mmap = mmap.mmap(self.descriptor, self.size)
        except BaseException:
            os.close(self.descriptor)
            self.descriptor = None
            raise

    def detach(self):
        """
        In a child after a fork: reopens the memory at its next use. The kernel's lock belongs to
        the opened file, whichever process uses it; and it wouldn't end with the parent.
        """
        self.thread_lock = threading.Lock()  # a thread of the parent may hold it
        if self.descriptor is not None:
            self.mmap.close()  # it has a descriptor of its own
            os.close(self.descriptor)
            self.descriptor = None

    def _open(self):
        try:  # without a size, which would truncate existing memory
            return posix_ipc.SharedMemory(self.name, posix_ipc.O_CREAT, mode=0o600).fd
        except posix_ipc.PermissionsError:
            self._refuse("isn't this user's")

    def _check_owner(self):
        """The value is a pickle: anybody who can write to it can run code here."""
        found = os.fstat(self.descriptor)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            self._refuse("isn't this user's alone")

    def _allocate(self, size):
        found = os.fstat(self.descriptor).st_size
        if found not in (0, size):  # a process that has it mapped would be killed by SIGBUS
            self._refuse("has %d bytes and not %d" % (found, size))
        try:
            if hasattr(os, "posix_fallocate"):  # or a full /dev/shm would kill us later, likewise
                os.posix_fallocate(self.descriptor, 0, size)
            elif not found:
                os.ftruncate(self.descriptor, size)
        except OSError as error:
            os.ftruncate(self.descriptor, found)
            raise InvalidChannelLayerError(
                "There are no %d bytes left for the shared memory %s: %s"
                % (size, self.name, error.strerror))

    def _refuse(self, problem):
        raise InvalidChannelLayerError(
            "The shared memory %s %s: stop the site's processes and remove /dev/shm%s"
            % (self.name, problem, self.name))

    @contextlib.contextmanager
    def _locked(self):
        with self.thread_lock:
            if self.descriptor is None:
                self._attach()
            with self._kernel_locked():
                yield

    @contextlib.contextmanager
    def _kernel_locked(self):
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)

    def read(self):
        """A copy of the value."""
        with self._locked():
            return self._load()

    @contextlib.contextmanager
    def changing(self):
        """
        The value, to be changed in place while nobody else does. An exception in the block leaves
        it unchanged. Raises Full.
        """
        with self._locked():
            value = self._load()
            yield value
            self._store(value)

    def clear(self):
        with self._locked():
            self._store(self.empty())

    def _start(self, half):
        return 1 + half * (LENGTH.size + self.room)

    def _load(self):
        start = self._start(self.mmap[0])
        length, = LENGTH.unpack_from(self.mmap, start)
        start += LENGTH.size
        # New memory is all zeros.
        return pickle.loads(self.mmap[start:start + length]) if length else self.empty()

    def _store(self, value):
        data = pickle.dumps(value, 4)
        if len(data) > self.room:
            raise Full("%s has room for %d bytes" % (self.name, self.room))
        half = 1 - self.mmap[0]
        start = self._start(half)
        LENGTH.pack_into(self.mmap, start, len(data))
        self.mmap[start + LENGTH.size:start + LENGTH.size + len(data)] = data
        self.mmap[0] = half
