import gzip

from django.conf import settings
from django.utils.cache import patch_vary_headers

TYPES = "text/html", "application/json"
LEAST = 8 * 1024  # bytes: shorter answers fit into TCP's first packets anyway
LEVEL = 1  # of 9: saves most of what can be saved, in a third of the time of 6


class CompressionMiddleware:
    """
    Compresses long answers to visitors without a session. What a logged-in user may see is sent
    uncompressed: if a text chosen by an attacker is in the same body, the length reveals it
    (BREACH). A page for everybody contains one secret, the CSRF token, and Django masks that
    differently each time.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_long_text(request, response):
            patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
            if takes_gzip(request) and not has_session(request, response):
                compress(response)
        return response


def is_long_text(request, response):
    return (request.method == "GET" and response.status_code == 200 and not response.streaming
            and not response.has_header("Content-Encoding")
            and response.get("Content-Type", "").split(";")[0] in TYPES
            and len(response.content) >= LEAST)


def takes_gzip(request):
    coding = request.META.get("HTTP_ACCEPT_ENCODING", "").replace(" ", "").lower().split(",")
    return "gzip" in coding  # with a q, which no browser sends, it isn't compressed


def has_session(request, response):
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies


def compress(response):
    response.content = gzip.compress(response.content, LEVEL)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
