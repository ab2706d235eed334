"""
Checks the REST API's answers against its OpenAPI document, as served by /links/api/schema/.
"""
import functools
import re

from django.test import Client
from openapi_schema_validator import OAS30Validator

API = "/links/api/"


@functools.lru_cache(maxsize=1)
def document():
    return Client().get(API + "schema/").json()


def find_path(path):
    """The entry of the document for an address, or None."""
    for template, operations in document()["paths"].items():
        if re.match(re.sub(r"\{\w+\}", r"[^/]+", template) + r"\Z", path):
            return operations
    return None


def schema_of(method, path, status):
    """The schema of an answer's body; None if there must be none."""
    responses = find_path(path)[method.lower()]["responses"]
    response = responses.get(str(status)) or responses["default"]
    content = response.get("content")
    return content and dict(content["application/json"]["schema"],
                            components=document()["components"])


def problems(method, path, answer):
    """How this answer differs from the document."""
    schema = schema_of(method, path, answer.status_code)
    if schema is None:
        return [answer.content] if answer.content else []
    return [error.message for error in OAS30Validator(schema).iter_errors(answer.json())]


class CheckedClient(Client):
    """Fails over an answer of the API that isn't as the document says."""

    def request(self, **request):
        answer = super().request(**request)
        method, path = request["REQUEST_METHOD"], request["PATH_INFO"]
        is_described = path.startswith(API) and method.lower() in (find_path(path) or {})
        if is_described and not answer.get("Content-Type", "").startswith("text/html"):
            assert problems(method, path, answer) == []
        return answer
