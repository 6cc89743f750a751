"""What search engines may read: the public pages."""

from django.http import HttpRequest, HttpResponse


def robots(request: HttpRequest) -> HttpResponse:
    """Answer robots.txt."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /*/catalogue/", "Disallow: /*/account/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
