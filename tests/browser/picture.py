"""
Records docs/live.webp, the README's animation: a save in the admin changes an open page.

    TEST_REDIS_URL=redis://127.0.0.1:6379/0 python -m tests.browser.picture docs/live.webp

Needs Pillow, Chromium and chromedriver.
"""
import io
import os
import shutil
import sys
import tempfile

from PIL import Image
from selenium.webdriver.common.keys import Keys

from ..live.deployment import Deployment, running
from .chromium import Chromium
from .window import Window

SIZE = (520, 560)
GAP = 12
NEW_NAME = ", saved"


class Film(object):
    def __init__(self, *windows):
        self.windows = windows
        self.frames = []
        self.durations = []

    def take(self, milliseconds):
        width, height = SIZE
        frame = Image.new("RGB", (2 * width + GAP, height), "#51606a")
        for place, window in enumerate(self.windows):
            shot = Image.open(io.BytesIO(window.driver.get_screenshot_as_png()))
            frame.paste(shot.convert("RGB"), (place * (width + GAP), 0))
        self.frames.append(frame)
        self.durations.append(milliseconds)

    def save(self, path):
        first, *others = self.frames
        first.save(path, save_all=True, append_images=others, duration=self.durations, loop=0,
                   lossless=True, method=6)


def small(window):
    window.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": True})
    return window


def play(film, editor, page):
    film.take(1500)
    box = editor.find("[name=name]")[0]
    box.send_keys(Keys.END)
    for letter in NEW_NAME:
        box.send_keys(letter)
        film.take(120)
    film.take(600)
    editor.submit('[name="_continue"]')
    editor.wait_for(".success")
    page.wait_text(NEW_NAME, "tr[data-pk]")
    film.take(2500)


def main(path):
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as scratch, \
            running(Deployment(scratch, os.environ["TEST_REDIS_URL"])) as deployment:
        chromiums = [Chromium((browser, shutil.which("chromedriver")), scratch + "/" + name)
                     for name in ("editor", "page")]
        try:
            editor, page = [small(Window(deployment, chromium)) for chromium in chromiums]
            editor.log_in("admin").open("/admin/links/link/3/change/")
            editor.script("window.scrollTo(0, document.querySelector('.breadcrumbs').offsetTop)")
            page.open_live("/links/?search=daphne").wait_for("tr[data-pk]")
            page.script("window.scrollTo(0, document.querySelector('main').offsetTop)")
            film = Film(editor, page)
            play(film, editor, page)
            film.save(path)
        finally:
            for chromium in chromiums:
                chromium.quit()


if __name__ == "__main__":
    main(sys.argv[1])
