"""
Templates of a theme or a project, in front of Django's.
"""
import copy

import pytest

from channels_lts.admin.versions import FIELD

from ..binding.models import Note
from .test_change_form import change

pytestmark = pytest.mark.django_db

# Without the blocks and the ids of Django's own
FORM = """{% extends "admin/base_site.html" %}{% block content %}<h1>THEMED</h1>
<form method="post">{% csrf_token %}{% for fieldset in adminform %}
{% include "admin/includes/fieldset.html" %}{% endfor %}</form>{% endblock %}"""
LIST = """{% extends "admin/base_site.html" %}{% load admin_list %}{% block content %}
<h1>THEMED</h1>
<form method="post">{% csrf_token %}{{ cl.formset.management_form }}{% result_list cl %}
<input type="hidden" name="_save" value="1"></form>{% endblock %}"""
DELETE = """{% extends "admin/base_site.html" %}{% block content %}<h1>THEMED</h1>
<form method="post">{% csrf_token %}<input type="hidden" name="post" value="yes"></form>
{% endblock %}"""


@pytest.fixture(autouse=True, params=["admin", "admin/binding/note"])
def theme(request, settings, tmp_path):
    folder = tmp_path / request.param
    folder.mkdir(parents=True)
    for name, text in (("change_form", FORM), ("change_list", LIST),
                       ("delete_confirmation", DELETE)):
        (folder / (name + ".html")).write_text(text)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [str(tmp_path)]
    settings.TEMPLATES = templates


@pytest.mark.parametrize("path", ["note/%d/change/", "note/?id__exact=%d", "note/%d/delete/"])
def test_the_lock_and_the_page_that_follows_work_with_them(open_page, path):
    note = Note.objects.create(room="hall", text="tea")
    page = open_page(path % note.pk)
    assert "THEMED" in page.html and page.value(FIELD)
    assert "delete" in path or 'id="live-admin"' in page.html
    change(note, text="coffee")
    again = page.send(**{"text": "milk", "form-0-text": "milk"})
    assert again.status == 409
    note.refresh_from_db()
    assert note.text == "coffee"
