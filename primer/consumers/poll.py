from channels import Group

from primer import http, news
from primer.groups import polls
from primer.polling import end_later, hit, number_in


@http.get_only
def poll(message):
    hit(message)
    # Higher numbers are from before the cache was cleared: nothing would ever follow them.
    after = min(number_in(message), news.newest_number())
    if not answer(message, after):
        end_later(message, after)
        Group(polls(after)).add(message.reply_channel)
        answer(message, after)  # sent before it joined, it would be missed


def answer(message, after):
    found = news.latest()
    if found and found["number"] > after:
        message.reply_channel.send(http.response(200, found))
        return True


def over(message):
    """Ends a poll. One that was answered is already gone: daphne drops the second answer."""
    Group(polls(message["after"])).discard(message.reply_channel)
    message.reply_channel.send(http.answer(204, b""))
