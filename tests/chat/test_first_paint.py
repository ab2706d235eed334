"""
Rooms and messages in the pages' HTML, for visitors without JavaScript, or before it has run.
"""
import html
import re

import pytest

from chat.models import Message
from chat.templatetags.chat import with_links

pytestmark = pytest.mark.django_db


def root_of(client, address, element_id):
    page = client.get(address).content.decode("utf8")
    return page.split('<div id="%s">' % element_id)[1].split("<noscript>")[0]


def test_the_rooms_are_readable_without_a_script(client, lobby):
    root = root_of(client, "/chat/", "chat-rooms")
    assert '<a href="/chat/%s/">#%s</a>' % (lobby.name, lobby.name) in root
    assert "0 here now" in root


def test_messages_are_readable_without_a_script(client, lobby, alice, bob):
    client.force_login(bob)
    for number, user in enumerate((alice, bob), 1):
        Message.objects.create(room=lobby, number=number, user=user, content="<b>%d" % number)
    root = root_of(client, "/chat/%s/" % lobby.name, "chat-room")
    shown = re.findall(r'<li class="([^"]*)" data-number="(\d)" data-user="(\w+)">.*?'
                       r'<p class="message-text" dir="auto">(.*?)</p>', root)
    assert shown == [("message", "1", "alice", "&lt;b&gt;1"),
                     ("message mine", "2", "bob", "&lt;b&gt;2")]


def test_an_empty_room_says_so(client, lobby):
    assert "Nobody has said anything" in root_of(client, "/chat/%s/" % lobby.name, "chat-room")


@pytest.mark.parametrize("text, addresses", [
    ("see https://example.com/a_(b), or http://x.example.", [
        "https://example.com/a_(b)", "http://x.example"]),
    ("(https://example.com/)", ["https://example.com/"]),
    ('https://example.com/"onclick="alert(1)', ["https://example.com/"]),
    ("javascript:alert(1) http://... <https://>", []),
    ("https://example.com/?a=1&b=2", ["https://example.com/?a=1&b=2"])])
def test_web_addresses_in_a_message_lead_there(text, addresses):
    marked = with_links(text)
    assert [html.unescape(found) for found in re.findall('href="(.*?)"', marked)] == addresses
    assert html.unescape(re.sub("<.*?>", "", marked)) == text


def test_a_text_of_brackets_is_one_address():
    assert with_links("https://example.com/" + "()" * 250 + ")" * 250).count("<a ") == 1
