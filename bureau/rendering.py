"""Forms written as `{{ form }}` or `{{ field.as_field_group }}` look like all others."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/form_field.html"
