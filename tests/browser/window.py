"""
A browser window driven by Selenium, with cookies of its own.
"""
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ..live.deployment import Browser
from ..support.waiting import wait_for


class Window(object):
    def __init__(self, deployment, chromium, size=(1280, 900)):
        self.driver = chromium.driver
        self.driver.set_window_size(*size)
        self.deployment = deployment

    def be_phone(self, language="en", height=700):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 375, "height": height, "deviceScaleFactor": 1, "mobile": True})
        return self.speak(language)

    def prefer(self, scheme):
        """`scheme`: "light" or "dark"."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        return self

    def without_scripts(self):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        return self

    def without_bundles(self):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/bundles/*.js"]})
        return self

    def speak(self, language):
        # setExtraHTTPHeaders has no effect until the Network domain is enabled.
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {
            "headers": {"Accept-Language": language}})
        return self

    def be_online(self, is_online):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": not is_online, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": -1})

    def open(self, path):
        self.driver.get(self.deployment.url + path)
        return self

    def open_live(self, path):
        """Opens a page with a socket, and waits until it is connected."""
        self.open(path)
        self.wait_connected()
        return self

    def open_room(self, name):
        """Opens a chat room, confirming its creation if asked."""
        self.open("/chat/%s/" % name)
        self.enter_room()
        return self

    def enter_room(self):
        for button in self.find("#open-room"):
            button.click()
        self.wait_connected()

    def wait_connected(self, connected=True, seconds=30):
        self.wait_for('[data-connected="%s"]' % ("true" if connected else "false"), seconds)

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait_for(self, selector, seconds=15):
        return wait_for(lambda: self.find(selector), seconds, "an element " + selector)[0]

    def wait_gone(self, selector, seconds=15):
        wait_for(lambda: not self.find(selector), seconds, "no element " + selector)

    def wait_text(self, text, selector="main", seconds=15):
        wait_for(lambda: text in self.text(selector), seconds, "%r in %s" % (text, selector))

    def in_bell(self, selector, seconds=15):
        """The first match inside the bell, which is in a shadow tree on some pages."""
        return wait_for(lambda: self.script(
            "const place = document.getElementById('bell');"
            "return Array.from((place.shadowRoot ?? place).querySelectorAll(arguments[0]))",
            selector), seconds, "an element of the bell " + selector)[0]

    def text(self, selector="main"):
        return self.script(
            "return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText)"
            ".join('\\n')", selector)

    def script(self, source, *arguments):
        return self.driver.execute_script(source, *arguments)

    def fill(self, **fields):
        for name, value in fields.items():
            box = self.wait_for('[name="%s"]' % name)
            # React doesn't notice clear() and undoes it with the next render.
            box.send_keys(Keys.CONTROL, "a")
            box.send_keys(Keys.BACKSPACE, value)

    def submit(self, selector="form button"):
        self.wait_for(selector).click()

    def log_in(self, name):
        self.open("/accounts/login/")
        self.fill(username=name, password=name)
        self.submit("main form button")
        self.wait_for("#me")
        return self

    def logged_in(self, name):
        """
        Has a session of its own, without a visit to the login page, which takes a browser longer
        than most tests' own pages.
        """
        visitor = Browser(self.deployment)
        visitor.log_in(name)
        for cookie in visitor.session.cookies:
            self.driver.execute_cdp_cmd("Network.setCookie", {
                "url": self.deployment.url, "name": cookie.name, "value": cookie.value,
                "httpOnly": cookie.has_nonstandard_attr("HttpOnly")})
        return self

    def log_out(self):
        self.submit('form[action="/accounts/logout/"] button')
        self.wait_gone("#me")

    def console(self):
        """The console messages since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def overflow(self):
        """The number of pixels by which the page overflows the window horizontally."""
        return self.script("return document.documentElement.scrollWidth - window.innerWidth")
