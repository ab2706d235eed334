"""
Requests that wait for their answers.
"""
import time

from benchmarks.client.pages import Browser, get
from benchmarks.figures import percentile


class Polls:

    def __init__(self):
        self.browsers = []

    def ask(self, port, path, count):
        """Sends this many more, each on a separate connection."""
        for _ in range(count):
            browser = Browser(port, get(port, path))
            browser.ask()
            self.browsers.append(browser)
        return {"waiting": len(self.browsers)}

    def answered(self, seconds):
        """Waits for all answers, at most `seconds`; afterwards none are waiting."""
        until = time.monotonic() + seconds
        browsers, self.browsers = self.browsers, []
        took = [time.monotonic() - each.asked for each in browsers
                if self._is_answered(each, until)]
        for each in browsers:
            each.sock.close()
        return {"received": len(took), "p50": percentile(took, 50)}

    def _is_answered(self, browser, until):
        try:
            status = None
            while status is None:
                browser.sock.settimeout(max(0.01, until - time.monotonic()))
                status = browser.answered()
            return status == b"200"
        except OSError:
            return False
