"""What visitors do in each project; the record is what they see."""
import json

import requests

from .recorder import Recorder

CHAT_ROWS = """
from rooms.models import Person
Person.objects.create_user("alice@example.org", "wonderland")
"""
LIVEBLOG_ROWS = """
from blog.models import Liveblog
Liveblog.objects.create(slug="news")
Liveblog.objects.create(slug="sport")
"""
DATABINDING_ROWS = """
from counts.models import IntegerValue
from django.contrib.auth.models import User
User.objects.create_user("alice", password="wonderland")
IntegerValue.objects.create(name="apples", value=3)
"""


def chat(project):
    seen, browser = Recorder(project), requests.Session()
    seen.get("/")
    browser.get(project.url + "/login/")
    seen.post("/login/", browser, username="alice@example.org", password="wonderland",
              csrfmiddlewaretoken=browser.cookies["csrftoken"])
    seen.get("/", browser)
    alice = seen.connect("alice", "/room/lobby/", browser)
    alice.until("joined")
    anonymous = seen.connect("anonymous", "/room/lobby/")
    other = seen.connect("in another room", "/room/other/", browser)
    for socket in (alice, anonymous, other):
        socket.until("joined")
    seen.connect("nowhere", "/nowhere/")
    for text in ("hello", "<b>\u00e9\u2713</b>", "x" * 30000):
        alice.say(text)
        alice.until("author")
        anonymous.until("author")
    anonymous.say("me too")
    anonymous.until("error")
    anonymous.say_bytes(b"\x00\x01\xff")
    anonymous.until("binary")
    anonymous.say("bye")
    anonymous.until("close")
    alice.until("left")
    seen.get("/room/lobby/", browser)
    seen.get("/no/such/page/")
    return seen.finish()


def liveblog(project):
    seen = Recorder(project)
    news, sport = (seen.connect(slug, "/%s/stream/" % slug) for slug in ("news", "sport"))
    seen.connect("no such blog", "/weather/stream/")
    seen.post("/news/posts/", body="first")
    news.until("first")
    seen.post("/news/posts/", body=["second", "third"])
    news.until("third")
    seen.post("/posts/1/", body="changed")
    news.until("changed")
    seen.post("/posts/2/")
    news.until("delete")
    seen.post("/sport/posts/", body="a goal")
    sport.until("goal")
    seen.get("/news/")
    seen.get("/weather/")
    one, two = (seen.connect("discussion %d" % number, "/discussion/") for number in (1, 2))
    one.say({"a": ["question"]})
    one.until("said")
    two.say('"all"')
    for socket in (one, two):
        socket.until("to")
    two.say('"bye"')
    two.until("close")
    return seen.finish()


def databinding(project):
    seen, browser = Recorder(project), requests.Session()
    seen.post("/enter/", browser, username="alice", password="wonderland")
    alice = seen.connect("alice", "/binding/", browser)
    anonymous = seen.connect("anonymous", "/binding/")

    def both_until(part):
        for socket in (alice, anonymous):
            socket.until(part)

    def say(socket, **payload):
        socket.say({"stream": "intval", "payload": payload})

    seen.post("/values/apples/", value="5")
    both_until('"value": 5')
    seen.post("/values/pears/", value="7")
    both_until('"value": 7')
    say(anonymous, action="create", data={"name": "forged", "value": 1})
    say(alice, action="create", data={"name": "plums", "value": 11})
    both_until('"value": 11')
    created = next(frame for frame in alice.frames if '"action": "create"' in frame[1]
                   and "plums" in frame[1])
    pk = json.loads(created[1])["payload"]["pk"]
    say(alice, action="update", pk=pk, data={"value": 13})
    both_until('"value": 13')
    say(alice, action="delete", pk=pk)
    both_until('"delete"')
    seen.post("/values/apples/")
    both_until("apples")
    seen.get("/")
    return seen.finish()
