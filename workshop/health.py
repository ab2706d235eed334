"""
/healthz, for load balancers.
"""
from time import monotonic

from django.db import Error, connection
from django.http import HttpResponse, HttpResponseNotAllowed

from channels_lts import outages

PATH = "/healthz"
SECONDS = 1  # how long an answer is valid: the database isn't queried more often


class HealthMiddleware:
    """
    Answers GET /healthz 200 when the whole way works: a request only gets here through daphne, the
    channel layer and a worker, and the query asks the database. It stands before all that looks at
    the Host, since load balancers ask by address, and has no session.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.asked_at = None

    def __call__(self, request):
        if request.path_info != PATH:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if self.asked_at is None or monotonic() - self.asked_at >= SECONDS:
            self.is_healthy, self.asked_at = database_answers(), monotonic()
        if self.is_healthy:
            return HttpResponse("ok\n", content_type="text/plain")
        return HttpResponse("unavailable\n", content_type="text/plain", status=503)


def database_answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        outages.note(error)
        return False
    return True
