"""
The links in the page's HTML: for visitors without JavaScript, and for everybody until the script
has started. They look like the script's own first render (front/src/components/LinksDetail).
"""
import re

from django.utils.functional import cached_property

PAGE_SIZE = 50  # as in front/src/utils/query.js
FILTERS = {"search", "tag", "pending", "user", "order"}  # understood only by the script
SURELY_SHORT = 60  # characters of a description, as in LinksDetail/Description.jsx

WEB = re.compile(r"https?://[^\s\\]+\Z", re.IGNORECASE)
# Other addresses (with a user name before the host, for example) aren't shortened: what a text
# begins with is where it leads.
PLAIN = re.compile(r"https?://(?:www\.)?(?=[\w.-]+(?::\d+)?(?:[/?#]|\Z))", re.IGNORECASE)


class Rows:
    """A page of the links in `data`, the template's data for the script; `query`: request.GET."""

    def __init__(self, data, query):
        self.data = data
        self.is_filtered = bool(FILTERS & set(query))
        self.pages = max(1, -(-len(data["links"]) // PAGE_SIZE))
        asked = query.get("page", "")
        self.page = min(int(asked), self.pages) if re.match(r"[1-9][0-9]{0,8}\Z", asked) else 1
        self.start = (self.page - 1) * PAGE_SIZE

    def __iter__(self):
        return map(self.shown, self.data["links"][self.start:self.start + PAGE_SIZE])

    @property
    def has_actions(self):
        return self.data["can"]["change"] or self.data["can"]["delete"]

    @property
    def before(self):
        return self.page - 1

    @property
    def after(self):
        return self.page + 1 if self.page < self.pages else 0

    @cached_property
    def tags(self):
        return {tag["id"]: tag["name"] for tag in self.data["tags"]}

    @cached_property
    def users(self):
        return {user["id"]: user["username"] for user in self.data["users"]}

    def shown(self, link):
        """The link with names in place of keys, and how its address is shown."""
        user = link["user"]
        text = link["description"]
        return dict(
            link, tags=[(tag, self.tags.get(tag, "#%s" % tag)) for tag in link["tags"]],
            user="" if user is None else self.users.get(user, "#%s" % user),
            href=link["url"] if WEB.match(link["url"]) else None,
            address=short_url(link["url"]),
            is_long=len(text) > SURELY_SHORT or "\n" in text.strip())


def short_url(url):
    """An address in the short form that people use."""
    short = PLAIN.sub("", url)
    return short[:-1] if short != url and short.endswith("/") else short
