import multiprocessing
import threading

from .worker import Worker


class WorkerGroup(Worker):
    """
    Several workers in threads, like channels.worker.WorkerGroup, but stopping together: the
    process ends when each thread has finished its message.

    It doesn't inherit from channels' group, which creates workers of channels' own class.
    """

    def __init__(self, *args, n_threads=None, max_messages=None, **kwargs):
        """`n_threads`: by default, the number of processors. The rest as in Worker."""
        n_threads = n_threads or multiprocessing.cpu_count()
        super().__init__(*args, max_messages=max_messages, **kwargs)
        kwargs.update(signal_handlers=False, process=self.process)
        self.workers = [Worker(*args, **kwargs) for _ in range(n_threads - 1)]

    @property
    def all_workers(self):
        return [self] + self.workers

    def ready(self):
        super().ready()
        for worker in self.workers:
            worker.ready()

    def run_threads(self):
        # Not daemons: the process must not end while a thread handles a message.
        threads = [threading.Thread(target=worker.work) for worker in self.workers]
        for thread in threads:
            thread.start()
        try:
            self.work()
        finally:
            self.process.stop_event.set()
        for thread in threads:
            thread.join()
