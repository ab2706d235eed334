from django.utils.deprecation import MiddlewareMixin

POLICY = "; ".join((
    "default-src 'self'",
    "connect-src 'self' ws: wss:",  # 'self' does not cover WebSockets in every browser
    "img-src 'self' data:",  # Bootstrap's and the admin's icons
    "style-src 'self' 'unsafe-inline'",  # the admin and the browsable API write style attributes
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """The second wall behind escaping: scripts run only when they are files of this site."""

    def process_response(self, request, response):
        response.setdefault("Content-Security-Policy", POLICY)
        return response
