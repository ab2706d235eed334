from rest_framework.management.commands import generateschema

from workshop.openapi import Generator


class Command(generateschema.Command):
    """REST framework's, with the site's generator. Defaults to JSON: production has no PyYAML."""
    help = "Prints the OpenAPI document of the REST API, as /links/api/schema/ serves it."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(format="openapi-json")

    def get_generator_class(self):
        return Generator
