"""The engine's template tags."""
from tests.support.fresh import run


def test_a_project_without_accounts_renders_its_templates():
    printed = run("""
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["channels_lts", "channels"], SECRET_KEY="x", TEMPLATES=[
    {"BACKEND": "django.template.backends.django.DjangoTemplates"}])
django.setup()
from django.template import engines
print(engines["django"].from_string("{{ word }}").render({"word": "hello"}))
""")
    assert printed == "hello\n"
