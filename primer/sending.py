"""
Sending to a channel that may be full.
"""
from channels import Channel
from channels.delay.models import DelayedMessage
from django.utils.translation import ugettext as _

from channels_lts import delay
from channels_lts.frames import FrameError

MOST_WAITING = 1000  # delayed messages for one channel


def give(name, content):
    """
    Sends at once, not when the consumer has ended, so that a full channel can be reported. Raises
    FrameError: busy.
    """
    channel = Channel(name)
    try:
        channel.send(content, immediately=True)
    except channel.channel_layer.ChannelFull:
        raise busy()


def give_later(name, content, seconds):
    """
    Sends `content` to the channel after this many seconds. Raises FrameError: busy, when too many
    are already waiting for that, or when nothing takes them (`manage.py rundelay` isn't running).
    """
    if DelayedMessage.objects.filter(channel_name=name).count() >= MOST_WAITING:
        raise busy()
    give(delay.CHANNEL, {"channel": name, "content": content, "delay": seconds * 1000})


def busy():
    return FrameError("busy", _("Too much is already waiting: try again later."))
