"""How old pages learn that there is a new version."""
import os
import re

from channels_lts.conf import settings
from tests.support import ROOT


def test_the_pages_are_built_for_the_version_that_the_server_tells():
    path = os.path.join(ROOT, "workshop", "front", "src", "utils", "version.js")
    with open(path, encoding="utf8") as text:
        version, = re.findall(r"^export const VERSION = (\d+);$", text.read(), re.MULTILINE)
    assert int(version) == settings.PAGE_VERSION
