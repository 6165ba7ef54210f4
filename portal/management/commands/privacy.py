from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.site.privacy import document


class Command(BaseCommand):
    help = "Write docs/privacy.md from the register of personal data."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "privacy.md").write_text(document.text(), encoding="utf-8")
