from django.contrib.auth.forms import AuthenticationForm, UserCreationForm

from channels_lts.security.forms import LengthFirst


class AccountForm(LengthFirst):
    """Gives every widget what the style sheet and the browser's password store expect."""

    autocomplete = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs["autocomplete"] = self.autocomplete[name]


class LoginForm(AccountForm, AuthenticationForm):
    autocomplete = {"username": "username", "password": "current-password"}


class SignUpForm(AccountForm, UserCreationForm):
    autocomplete = {
        "username": "username", "password1": "new-password", "password2": "new-password"}
