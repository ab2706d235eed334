from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import CharField
from django.utils.translation import ugettext_lazy as _

from channels_lts.security import names
from channels_lts.security.forms import LengthFirst

from .models import AccountName, looks_taken


class AccountForm(LengthFirst):
    """Gives every widget what the style sheet and the browser's password manager expect."""

    autocomplete = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs["autocomplete"] = self.autocomplete[name]


class LoginForm(AccountForm, AuthenticationForm):
    autocomplete = {"username": "username", "password": "current-password"}


class NewNameField(CharField):
    """
    A name that can't be confused with anybody else's. Django's field would first normalise any
    text.
    """

    def to_python(self, value):
        name = super().to_python(value)
        if len(name) <= self.max_length:  # longer ones are refused by the validators
            names.check(name)
            if looks_taken(name):
                raise taken()
        return name


class SignUpForm(AccountForm, UserCreationForm):
    autocomplete = {
        "username": "username", "password1": "new-password", "password2": "new-password"}

    class Meta(UserCreationForm.Meta):
        field_classes = {"username": NewNameField}

    def save(self, commit=True):
        """Raises ValidationError if somebody else was faster."""
        try:
            with transaction.atomic():
                user = super().save(commit)
                if not AccountName.objects.filter(user=user).exists():
                    raise taken()
                return user
        except IntegrityError:
            raise taken()


def taken():
    return ValidationError(
        _("There is already an account with this name, or with one that looks like it."),
        code="taken")
