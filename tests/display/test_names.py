"""
Signing up with a name that looks like another's.
"""
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from display import forms
from display.models import AccountName, find_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long one 7"


@pytest.fixture
def sign_up(client):
    def post(name):
        client.cookies.clear()
        return client.post("/accounts/signup/", {
            "username": name, "password1": PASSWORD, "password2": PASSWORD})
    return post


def names():
    return list(get_user_model().objects.order_by("pk").values_list("username", flat=True))


@pytest.mark.parametrize("name", [
    "root", "Root", "ROOT", " root", "r00t", "ro\u043et", "\uff52oot", "ro\u200bot", "root\u0301",
    "root\x00", "\u0433oot", "root\u3164"])
def test_a_name_that_looks_like_another_is_refused(sign_up, account, name):
    account("root")
    answer = sign_up(name)
    assert answer.status_code == 200
    assert answer.context["form"].errors["username"]
    assert names() == ["root"]


@pytest.mark.parametrize("name", [
    "jose\u0301", "\uff41nna", "a\u0430", "x" * 151, pytest.param("x\u0301" * 10 ** 5, id="long")])
def test_a_name_that_hides_something_is_refused_even_if_nobody_has_one_like_it(sign_up, name):
    assert sign_up(name).status_code == 200
    assert names() == []


@pytest.mark.parametrize("name", ["carol", "Carol.9", "jos\xe9", "\u0438\u0440\u0430", " dan "])
def test_another_name_is_taken(sign_up, account, name):
    account("root")
    assert sign_up(name).status_code == 302
    assert names() == ["root", name.strip()]


@pytest.mark.parametrize("name", ["root", "Root", "r00t"])
def test_of_two_sign_ups_at_one_time_one_gets_the_name(sign_up, account, monkeypatch, name):
    """What both have looked for wasn't there yet."""
    monkeypatch.setattr(forms, "looks_taken", lambda name: False)
    monkeypatch.setattr(User, "validate_unique", lambda *args, **kwargs: None)
    account("root")
    answer = sign_up(name)
    assert answer.status_code == 200
    assert "already" in str(answer.context["form"].errors["username"])
    assert names() == ["root"]


def test_the_name_of_a_deleted_or_renamed_account_is_free(sign_up, account):
    account("root")
    bob = account("bob")
    bob.username = "robert"
    bob.save()
    assert sign_up("Robert").status_code == 200
    assert sign_up("Bob").status_code == 302
    get_user_model().objects.get(username="root").delete()
    assert sign_up("Root").status_code == 302


def test_the_admin_may_name_an_account_like_another(account, sign_up):
    account("root")
    account("Root")
    assert AccountName.objects.count() == 1
    assert sign_up("ROOT").status_code == 200


def test_a_user_is_found_by_name_in_whatever_form(account):
    alice, gone = account("alice"), account("gone", is_active=False)
    assert find_user("alice") == find_user("ALICE") == find_user("\uff21lice") == alice
    assert find_user("Gone") is find_user(gone.username) is find_user("a1ice") is None
    upper = account("Alice")
    assert find_user("Alice") == upper and find_user("ALICE") == alice


def test_a_login_keeps_the_name_s_row(client, alice, django_assert_num_queries):
    row = AccountName.objects.get()
    client.post("/accounts/login/", {"username": "alice", "password": "alice"})
    assert AccountName.objects.get() == row


def test_accounts_from_before_get_their_names():
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=name) for name in ("root", "Root", "alice"))
    assert len(users) == 3 and not AccountName.objects.exists()
    migration = import_module("display.migrations.0002_account_name")
    with connection.schema_editor(atomic=False) as editor:
        migration.name_accounts(apps, editor)
    assert sorted(AccountName.objects.values_list("normalized", flat=True)) == ["alice", "root"]


def test_the_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True)
