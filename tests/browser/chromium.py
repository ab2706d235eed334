"""
Chromium processes that are reused from window to window, because starting one takes seconds.
"""
import itertools
import json

import requests
import websocket
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-prefers-reduced-motion",  # smooth scrolling makes clicks miss
    # The address bar of each window would have two pages of its own, and take as much time as
    # everything else about it; nor does anything here need extensions.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup", "--disable-extensions",
]


class Devtools:
    """A DevTools connection to the whole browser; chromedriver's goes to a single page."""

    def __init__(self, address):
        version = requests.get("http://%s/json/version" % address, timeout=20).json()
        self.numbers = itertools.count(1)
        self.socket = websocket.create_connection(
            version["webSocketDebuggerUrl"], timeout=60, suppress_origin=True)

    def ask(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                return answer["result"]


class Chromium:
    """
    `driver` controls a page in a browser context of its own (cookies, storage, cache, permissions).
    `renew` replaces both.
    """

    def __init__(self, programs, profile):
        browser, driver = programs
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in FLAGS + ["--user-data-dir=%s" % profile]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(driver), options=options)
        self.devtools = Devtools(
            self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"])
        first = self.driver.current_window_handle
        self.context = self.open_context()
        self.leave(first)

    def renew(self):
        """Replaces the context, closing all its pages and discarding their data."""
        used, self.context = self.context, self.open_context()
        self.devtools.ask("Target.disposeBrowserContext", browserContextId=used)
        self.driver.get_log("browser")

    def open_context(self):
        """Switches to a window in a new context; returns the context's id."""
        context = self.devtools.ask("Target.createBrowserContext")["browserContextId"]
        target = self.devtools.ask("Target.createTarget", url="about:blank", newWindow=True,
                                   browserContextId=context)["targetId"]
        self.driver.switch_to.window(target)
        return context

    def leave(self, handle):
        """Closes another window."""
        here = self.driver.current_window_handle
        self.driver.switch_to.window(handle)
        self.driver.close()
        self.driver.switch_to.window(here)

    def quit(self):
        self.devtools.socket.close()
        self.driver.quit()


class Chromiums:
    """A pool of Chromium processes, as large as the number of windows open at a time."""

    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.started = []
        self.idle = []

    def take(self):
        if self.idle:
            return self.idle.pop()
        profile = self.folder / ("profile%d" % len(self.started))
        self.started.append(Chromium(self.programs, profile))
        return self.started[-1]

    def give_back(self, chromium):
        chromium.renew()
        self.idle.append(chromium)

    def quit(self):
        for chromium in self.started:
            chromium.quit()
