"""Forms about the person herself, and the choice that lists of all apps are narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.consents import PURPOSES
from liaison.identifiers import check_phone
from liaison.models import Person


class FixedSelect(forms.Select):
    """Choices that are the same for everybody: what they look like is kept by language and by what is chosen.

    Django's own is a template of two more for each choice, which on the pages of every day is a tenth of the work.
    """

    _MOST_KEPT = 200

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Each form has a copy of the widget; all of them share this.
        self.kept: dict[object, SafeString] = {}

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """As Django's; a wrong value is asked for by anybody, and is not kept."""
        key = (get_language(), name, str(value), str(attrs))
        found = self.kept.get(key)
        if found is None:
            found = super().render(name, value, attrs, renderer)
            is_choice = any(str(choice) == str(value or "") for choice, _words in self.choices)
            if is_choice and len(self.kept) < self._MOST_KEPT:
                self.kept[key] = found
        return found


class WordsInput(forms.TextInput):
    """The box for words on lists: drawn here, where Django's own is three templates."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """As Django's."""
        words = self.format_value(value)
        said = {"type": self.input_type, "name": name, **({} if words is None else {"value": words})}
        return format_html("<input{}>", flatatt(said | self.build_attrs(self.attrs, attrs)))


class UnseenInput(WordsInput):
    """Words that a list sends along unseen."""

    input_type = "hidden"


class ProfileForm(forms.ModelForm[Person]):
    """A person's name, telephone and language."""

    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("With the country code, for example +250 788 123 456."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Person
        fields = ["name", "phone", "language"]

    def clean_phone(self) -> str:
        """The number as it is kept."""
        return check_phone(self.cleaned_data["phone"])


class ConsentForm(forms.Form):
    """A yes to the words of a version, or a no."""

    purpose = forms.ChoiceField(choices=[(name, name) for name in PURPOSES])
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    version = forms.IntegerField(min_value=1, max_value=999)


def _consent_choices() -> list[tuple[str, str]]:
    return [(f"{name}:{words.version}", str(words.text)) for name, words in PURPOSES.items()]


class ConsentsField(forms.MultipleChoiceField):
    """To which purposes somebody who is new agrees, with the version of the words that she reads; none is needed."""

    def __init__(self) -> None:
        super().__init__(
            label=_("If you like, agree to this, too"),
            required=False,
            choices=_consent_choices,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Your account does not depend on it. You can withdraw it at any moment under “My data”."),
            error_messages={"invalid_choice": _("The words have changed meanwhile. Please read them again.")},
        )

    def clean(self, value: Any) -> dict[str, int]:
        """The version of the words by purpose."""
        chosen = (str(choice).partition(":") for choice in super().clean(value))
        return {name: int(version) for name, _colon, version in chosen}


class ErasureForm(forms.Form):
    """The person's own e-mail address, typed so that nobody is erased by a slip."""

    email = forms.CharField(
        label=_("Type your e-mail address to confirm"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Takes the person whose address is to be typed."""
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        """The address, where it is hers."""
        address: str = self.cleaned_data["email"].strip().lower()
        if address != self._person.email:
            raise forms.ValidationError(_("This is not the e-mail address with which you sign in."))
        return address


class JournalForm(forms.Form):
    """The filters above the journal."""

    person = forms.CharField(label=_("Person's e-mail address"), required=False, max_length=254)
    kind = forms.CharField(label=_("What was done"), required=False, max_length=60)
    key = forms.CharField(label=_("To what (number or reference)"), required=False, max_length=80)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def conditions(self) -> dict[str, Any]:
        """What is asked for as conditions on entries, after the form has been found valid."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        lookups = {
            "person": "by__email__iexact",
            "kind": "kind__startswith",
            "key": "key",
            "since": "at__date__gte",
            "until": "at__date__lte",
        }
        return {lookups[name]: value for name, value in asked.items()}
