"""How passwords are kept."""

import unicodedata

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Pbkdf2(PBKDF2PasswordHasher):
    """Django's, after composing the letters: "ệ" is one password on a Mac and on Windows."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return super().encode(unicodedata.normalize("NFC", password), salt, iterations)
