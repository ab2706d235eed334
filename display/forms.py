from django.contrib.auth.forms import AuthenticationForm, UserCreationForm


class BootstrapMixin(object):
    """Gives every widget the class that the site's style sheet expects."""

    def __init__(self, *args, **kwargs):
        super(BootstrapMixin, self).__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class LoginForm(BootstrapMixin, AuthenticationForm):
    pass


class SignUpForm(BootstrapMixin, UserCreationForm):
    pass
