"""
/metrics, for Prometheus.
"""
import ipaddress
import re

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from redis.exceptions import RedisError

from channels_lts import outages
from channels_lts.conf import settings
from channels_lts.security import addresses

PATH = "/metrics"
BEARER = re.compile(r"Bearer +([!-~]+)\Z")


class MetricsMiddleware:
    """
    Answers GET /metrics if METRICS_TOKEN and METRICS_ADDRESSES allow it: all that is set must
    match. Otherwise, or if neither is set, the page doesn't exist. List it before anything that
    checks the Host: Prometheus asks by address. Raises ImproperlyConfigured if /metrics is open but
    prometheus_client isn't installed, and for invalid addresses.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        if is_open():
            exposition()
            networks()

    def __call__(self, request):
        if request.path_info == PATH and request.method == "GET" and may_see(request):
            return answer()
        return self.get_response(request)


def exposition():
    from channels_lts.metrics import exposition  # an extra: not everybody has it
    return exposition


def is_open():
    return bool(settings.METRICS_TOKEN or settings.METRICS_ADDRESSES)


def may_see(request):
    return (is_open()
            and (not settings.METRICS_TOKEN or has_token(request))
            and (not settings.METRICS_ADDRESSES or is_among(request.META.get("REMOTE_ADDR", ""))))


def has_token(request):
    match = BEARER.match(request.META.get("HTTP_AUTHORIZATION", ""))
    return match is not None and constant_time_compare(match.group(1), settings.METRICS_TOKEN)


def is_among(address):
    try:
        parsed = addresses.parse(address)
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in each for each in networks())


def networks():
    try:
        return [ipaddress.ip_network(each) for each in settings.METRICS_ADDRESSES]
    except ValueError as error:
        raise ImproperlyConfigured("METRICS_ADDRESSES: %s" % error)


def answer():
    layer = channel_layers[DEFAULT_CHANNEL_LAYER]
    if "statistics" not in layer.extensions:
        return refusal("This channel layer keeps no statistics.")
    try:
        response = HttpResponse(exposition().text(layer), exposition().CONTENT_TYPE)
    except RedisError as error:
        outages.note(error)
        return refusal("Redis is away.")
    response["Cache-Control"] = "no-store"
    return response


def refusal(text):
    response = HttpResponse(text + "\n", "text/plain; charset=utf-8", 503)
    response["Cache-Control"] = "no-store"
    return response
