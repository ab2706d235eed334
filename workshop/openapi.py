"""
The OpenAPI document of the REST API. REST framework generates it from the views and serializers;
what it leaves out, or gets wrong, is added here.
"""
from django_filters import BooleanFilter, ModelChoiceFilter, ModelMultipleChoiceFilter
from rest_framework import serializers
from rest_framework.schemas.openapi import AutoSchema, SchemaGenerator
from rest_framework.schemas.utils import is_list_view

INTEGER = {"type": "integer"}
TYPES_OF_FILTERS = [
    (BooleanFilter, {"type": "boolean"}),
    (ModelMultipleChoiceFilter, {"type": "array", "items": INTEGER}),
    (ModelChoiceFilter, INTEGER),
]
BASE = {
    "type": "object",
    "description": "What the client started from, by field: what somebody else has changed since "
                   "is answered 409 and left alone.",
}
TEXTS = {"type": "array", "items": {"type": "string"}}
COMPONENTS = {
    "securitySchemes": {
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken",
                 "description": "The value of the cookie csrftoken. By https also the header "
                                "Referer, with an address of the site."},
    },
    "schemas": {
        "Detail": {"type": "object", "required": ["detail"],
                   "properties": {"detail": {"type": "string"}}},
        "Errors": {"type": "object", "additionalProperties": {
            "oneOf": [{"type": "string"}, TEXTS]},
            "description": "Texts by field (__all__: of the row), or one text as detail."},
    },
}
SUCCESS = {"POST": "201", "DELETE": "204"}
JSON = "application/json"


def ref(name):
    return {"$ref": "#/components/schemas/" + name}


def answer(description, schema):
    return {"description": description, "content": {JSON: {"schema": schema}}}


def conflict(row):
    return {
        "type": "object", "required": ["code", "detail", "errors", "data"],
        "properties": {"code": {"enum": ["conflict"]}, "detail": {"type": "string"},
                       "errors": {"type": "object", "additionalProperties": TEXTS}, "data": row},
    }


class Schema(AutoSchema):
    """REST framework's, with the error responses, and types for all parameters."""

    def get_operation(self, path, method):
        operation = super().get_operation(path, method)
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["schema"] = INTEGER
        if method != "GET":
            operation["security"] = [{"session": [], "csrf": []}]
        return operation

    def components(self, path, method):
        """{name: schema} of the row, as in answers."""
        row = self._map_serializer(self._get_serializer(path, method))
        return {self.row_name(): dict(row, type="object", required=list(row["properties"]))}

    def row_name(self):
        return self.view.queryset.model.__name__

    def _map_field(self, field):
        # REST framework's doesn't know the key behind a read-only relation.
        if isinstance(field, serializers.PrimaryKeyRelatedField):
            return dict(INTEGER)
        return super()._map_field(field)

    def _map_field_validators(self, field, schema):
        super()._map_field_validators(field, schema)
        schema.pop("pattern", None)  # Python syntax, which other languages read differently

    def map_parsers(self, path, method):
        return [JSON]

    def _get_filter_parameters(self, path, method):
        if not is_list_view(path, method, self.view):
            return []
        filterset = getattr(self.view, "filterset_class", None)
        filters = filterset.base_filters if filterset else {}
        parameters = super()._get_filter_parameters(path, method)
        for parameter in parameters:
            found = filters.get(parameter["name"])
            parameter["schema"] = next(
                (schema for kind, schema in TYPES_OF_FILTERS if isinstance(found, kind)),
                parameter["schema"])
        return parameters

    def _get_request_body(self, path, method):
        body = super()._get_request_body(path, method)
        if body and method != "POST":
            body["content"][JSON]["schema"]["properties"]["base"] = BASE
        if method == "DELETE":
            body = {"content": {JSON: {"schema": {
                "type": "object", "properties": {"base": BASE}}}}}
        return body

    def _get_responses(self, path, method):
        row = ref(self.row_name())
        responses = {
            SUCCESS.get(method, "200"): self.success(path, method, row),
            "400": answer("What was sent can't be taken.", ref("Errors")),
            "default": answer("Anything else that the API refuses.", ref("Detail")),
        }
        if method not in ("GET", "POST"):
            responses["409"] = answer("Somebody else has changed the row.", conflict(row))
        return responses

    def success(self, path, method, row):
        if method == "DELETE":
            return {"description": "The row is gone."}
        if not is_list_view(path, method, self.view):
            return answer("The row.", row)
        rows = {"type": "array", "items": row}
        page = self._get_paginator().get_paginated_response_schema(rows)
        return answer("A page of rows.", dict(page, required=list(page["properties"])))


class Generator(SchemaGenerator):
    """REST framework's, with the components that its operations refer to."""

    def __init__(self, title=None, url=None, description=None, patterns=None, urlconf=None,
                 version=None):
        super().__init__(title=title or "Workshop", url=url, description=description,
                         patterns=patterns, urlconf=urlconf, version=version or "1")

    def get_schema(self, request=None, public=False):
        schema = super().get_schema(request, public)
        schemas = dict(COMPONENTS["schemas"])
        for path, method, view in self._get_paths_and_endpoints(request)[1]:
            schemas.update(view.schema.components(path, method))
        return dict(schema, components=dict(COMPONENTS, schemas=schemas))
