"""The hidden fields that every POST form bears: the token against forgery and, with it, the key of this filling.

The library is built in and takes the place of Django's `csrf_token`, so that no form can bear the one without the other.
"""

import uuid

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bureau.submissions import FORM_KEY

register = template.Library()


@register.simple_tag
def form_key(key: object = None) -> SafeString:
    """For forms that write their token by hand."""
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_KEY, key or uuid.uuid4())


class TokenAndKeyNode(CsrfTokenNode):
    def render(self, context):
        token = super().render(context)
        return mark_safe(f"{token}{form_key()}") if token else token  # noqa: S308


@register.tag
def csrf_token(parser, token):
    return TokenAndKeyNode()
