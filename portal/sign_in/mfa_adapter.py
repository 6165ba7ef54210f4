"""allauth's second factors with their secrets sealed, and without any that SMS alone would add."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter

from portal.lib.sealed import seal, unseal


class SealedAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps and of recovery codes are readable in no copy of the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """Passkeys belong to the host of the site, under the name that people know it by."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}
