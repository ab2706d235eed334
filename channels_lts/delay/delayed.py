import json
from datetime import timedelta

from channels.delay.models import DelayedMessage
from django.core.exceptions import ValidationError
from django.utils import timezone


class Invalid(Exception):
    """The text says what is wrong with a message on asgi.delay."""


def delayed_message(layer, content):
    """
    The unsaved DelayedMessage for what came on asgi.delay: `channel` (text), `content` (a dict
    that JSON can hold), `delay` (milliseconds). Raises Invalid.
    """
    missing = [name for name in ("channel", "content", "delay") if name not in content]
    if missing:
        raise Invalid("it has no %s" % ", ".join(missing))
    message = DelayedMessage(
        channel_name=clean_name(layer, content["channel"]),
        content=clean_content(content["content"]),
        due_date=due_date(content["delay"]))
    try:
        message.full_clean()
    except ValidationError as error:
        raise Invalid("; ".join(error.messages))
    return message


def clean_name(layer, name):
    try:
        layer.valid_channel_name(name)
    except (TypeError, ValueError) as error:
        raise Invalid(str(error))
    return name


def clean_content(content):
    if not isinstance(content, dict):
        raise Invalid("its content isn't a dict")
    try:
        return json.dumps(content)
    except (TypeError, ValueError) as error:  # bytes, above all
        raise Invalid("its content can't be kept as JSON: %s" % error)


def due_date(delay):
    if isinstance(delay, bool) or not isinstance(delay, (int, float)):
        raise Invalid("its delay is %.50r, not a number of milliseconds" % (delay,))
    try:
        return timezone.now() + timedelta(milliseconds=delay)
    except (OverflowError, ValueError):
        raise Invalid("its delay of %.50r milliseconds leads out of the calendar" % delay)


def seconds_until(message):
    return (message.due_date - timezone.now()).total_seconds()
