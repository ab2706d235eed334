"""
The answer to a form that arrives without its page's token.
"""
from django.middleware.csrf import REASON_BAD_TOKEN
from django.shortcuts import render, resolve_url
from django.utils.http import is_safe_url


def failure(request, reason=""):
    """
    Django's CSRF_FAILURE_VIEW. A login in another window changes the token, and the form has the
    old one.
    """
    context = {"page": page_of(request), "is_old": reason == REASON_BAD_TOKEN}
    return render(request, "403_csrf.html", context, status=403)


def page_of(request):
    """The form's page, or else its target, if that is on this site; otherwise the start page."""
    asked = [request.META.get("HTTP_REFERER", ""), request.POST.get("next", ""),
             request.GET.get("next", "")]
    return next((address for address in asked if is_of_this_site(request, address)),
                resolve_url("display:user-list"))


def is_of_this_site(request, address):
    return is_safe_url(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
