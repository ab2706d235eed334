"""
Takes screenshots of every page and state at three widths, light and dark, for visual review.

    TEST_REDIS_URL=redis://127.0.0.1:6379/0 python -m tests.browser.screenshots FOLDER [NAME ...]

NAME: a page in tests/browser/pages.py; by default, all. Pages higher than 2,000 pixels are cropped.
Needs Chromium and chromedriver, as the browser tests do.
"""
import os
import pathlib
import shutil
import sys
import tempfile

from ..live.deployment import Deployment, running
from . import pages
from .chromium import Chromium
from .window import Window

WIDTHS = (1280, 768, 375)
SCHEMES = ("light", "dark")
LANGUAGES = {"en": SCHEMES, "es": ("light",)}
HEIGHT = 900
MOST = 2000


class Camera(object):
    def __init__(self, window, folder):
        self.window = window
        self.folder = folder

    def resize(self, width, height):
        self.window.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def take(self, page, language, width):
        self.window.speak(language)
        self.resize(width, HEIGHT)
        self.window.deployment.forget_limits()
        page.show(self.window)
        height = self.window.script("return document.documentElement.scrollHeight")
        self.resize(width, max(HEIGHT, min(height, MOST)))
        for scheme in LANGUAGES[language]:
            self.window.prefer(scheme)
            name = "%s-%s-%d-%s.png" % (page.name, language, width, scheme)
            self.window.driver.save_screenshot(str(self.folder / name))
        self.window.script("localStorage.clear(); sessionStorage.clear()")  # drafts, outbox

    def take_all(self, wanted, widths=WIDTHS):
        for language in LANGUAGES:
            for width in widths:
                for page in wanted:
                    self.take(page, language, width)


def chosen(wanted, names):
    return [page for page in wanted if not names or page.name in names]


def main(folder, names):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as scratch, \
            running(Deployment(scratch, os.environ["TEST_REDIS_URL"])) as deployment:
        deployment.manage("shell", "-c", pages.ROWS)
        chromium = Chromium((browser, shutil.which("chromedriver")), scratch + "/profile")
        camera = Camera(Window(deployment, chromium), folder)
        try:
            camera.take_all(chosen(pages.ANONYMOUS, names))
            camera.window.log_in("admin")
            camera.take_all(chosen(pages.LOGGED_IN, names))
            camera.take_all(chosen(pages.PHONE, names), WIDTHS[-1:])
        finally:
            chromium.quit()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
