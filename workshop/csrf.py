"""
What a form is answered that comes without the token of its page.
"""
from django.shortcuts import render, resolve_url
from django.utils.http import is_safe_url


def failure(request, reason=""):
    """Django's CSRF_FAILURE_VIEW. A login in another window gives a new token; the form is old."""
    return render(request, "403_csrf.html", {"page": page_of(request)}, status=403)


def page_of(request):
    """Where the form stands, if that is on this site; else the start page."""
    referer = request.META.get("HTTP_REFERER", "")
    if is_safe_url(referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return referer
    return resolve_url("display:user-list")
