import threading

from .worker import Worker


class WorkerGroup(Worker):
    """
    Several workers in threads, like channels.worker.WorkerGroup, but stopping together: the
    process ends when each thread has finished the message in its hands.

    It isn't a subclass of channels' group, which makes its workers from channels' own class.
    """

    def __init__(self, *args, n_threads, **kwargs):
        super().__init__(*args, **kwargs)
        kwargs.update(signal_handlers=False, shift=self.shift, outage=self.outage,
                      wake_channel=self.wake_channel)
        self.workers = [Worker(*args, **kwargs) for _ in range(n_threads - 1)]

    @property
    def crew(self):
        return [self] + self.workers

    def ready(self):
        super().ready()
        for worker in self.workers:
            worker.ready()

    def work_together(self):
        # Not daemons: the process must not end under the message in a thread's hands.
        threads = [threading.Thread(target=worker.work) for worker in self.workers]
        for thread in threads:
            thread.start()
        self.work()
        for thread in threads:
            thread.join()
