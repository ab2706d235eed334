import pytest

from links.models import Tag

pytestmark = pytest.mark.django_db


def named(*names):
    return [Tag.objects.create(name=name) for name in names]


def test_similar_tags_come_most_similar_first():
    python, *_others = named("python", "redis", "pythonic", "Python")
    assert [tag.name for tag in python.get_similars()] == ["Python", "pythonic"]


def test_how_similar_is_the_callers_choice():
    python, *_others = named("python", "jython")
    assert [tag.name for tag in python.get_similars(ratio=0.8)] == ["jython"]
    assert python.get_similars(ratio=0.9) == []


def test_a_tag_is_not_similar_to_itself():
    python, = named("python")
    assert python.get_similars() == []
