"""Mappings that were used once, offered again when a file with the same header comes."""

import hashlib

from django.utils import timezone

from complaints.intake.importing.mapping import ImportMapping
from complaints.models import ImportMap


def header_fingerprint(header: list[str]) -> str:
    """The same for the same column names in the same order, whatever their case and blanks."""
    names = "\x1f".join(" ".join(name.split()).casefold() for name in header)
    return hashlib.sha256(names.encode()).hexdigest()


def remember(mapping: ImportMapping, text: str, fingerprint: str, *, by) -> ImportMap:
    """Keep the mapping under its name; a newer one of the same name takes its place."""
    kept, _made = ImportMap.objects.update_or_create(
        name=mapping.name or mapping.source,
        defaults={"text": text, "header_fingerprint": fingerprint, "updated_at": timezone.now()},
        create_defaults={
            "text": text, "header_fingerprint": fingerprint, "updated_at": timezone.now(), "created_by": by,
        },
    )  # fmt: skip
    return kept


def remembered_for(header: list[str]) -> ImportMap | None:
    """The latest mapping used for a file with this header."""
    return ImportMap.objects.filter(header_fingerprint=header_fingerprint(header)).order_by("-updated_at").first()
