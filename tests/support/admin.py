"""
A browser without JavaScript, as far as the admin's forms go.
"""
from html.parser import HTMLParser

CLICKED = ("submit", "button", "image", "reset", "file")


class Form(HTMLParser):
    """The fields of a page's forms as a browser sends them: (name, value)."""

    def __init__(self, html):
        super().__init__()
        self.fields = []
        self.select = self.option = self.textarea = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and attrs.get("type") not in CLICKED and "disabled" not in attrs:
            if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                self.fields.append((attrs.get("name"), attrs.get("value") or (
                    "on" if attrs.get("type") == "checkbox" else "")))
        elif tag == "textarea":
            self.textarea = [attrs["name"], ""]
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and "selected" in attrs:
            self.fields.append((self.select, attrs.get("value", "")))

    def handle_data(self, data):
        if self.textarea:
            self.textarea[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, text = self.textarea
            self.fields.append((name, text[1:] if text.startswith("\n") else text))
            self.textarea = None
        elif tag == "select":
            self.select = None


class AdminPage:
    """One that a client (Django's, or a live Browser) has open."""

    def __init__(self, client, path, answer=None):
        self.client = client
        self.path = path
        self.answer = client.get(path) if answer is None else answer
        self.html = getattr(self.answer, "text", None) or self.answer.content.decode("utf8")
        self.fields = {}
        for name, value in Form(self.html).fields:
            if name and "__prefix__" not in name:
                self.fields.setdefault(name, []).append(value)

    @property
    def status(self):
        return self.answer.status_code

    def value(self, name):
        """A field's value; None: it isn't sent."""
        return self.fields.get(name, [None])[0]

    def send(self, **changes):
        """
        Posts the form with the given input: None leaves a field out. Returns the resulting page.
        """
        fields = dict(self.fields)
        for name, value in changes.items():
            fields[name] = value if isinstance(value, list) else [value]
            if value is None:
                del fields[name]
        answer = self.client.post(self.path, fields)
        return AdminPage(self.client, self.path, answer)

    def save(self, **changes):
        return self.send(_save="Save", **changes)
