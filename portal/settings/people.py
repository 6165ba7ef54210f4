"""Signing up and in: what allauth offers here, and how often anything may be tried."""

from datetime import timedelta

from .env import env

MINUTE = 60
HOUR = 60 * MINUTE

AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = ["portal.sign_in.backend.Backend"]
PASSWORD_HASHERS = ["portal.sign_in.hashers.Pbkdf2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.sign_in.passwords.Length"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.sign_in.passwords.NobodysWords"},
    {"NAME": "portal.sign_in.passwords.NotOneself"},
]
PASSWORD_RESET_TIMEOUT = HOUR
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "portal.sign_in.adapter.Adapter"
USERSESSIONS_ADAPTER = "portal.site.push_devices.SessionsAdapter"
ACCOUNT_FORMS = {
    "login": "portal.sign_in.forms.Login",
    "signup": "portal.sign_in.forms.SignUp",
    "request_login_code": "portal.sign_in.forms.RequestCode",
    "confirm_login_code": "portal.sign_in.forms.TypeLoginCode",
    "verify_phone": "portal.sign_in.forms.TypePhoneCode",
    "confirm_email_verification_code": "portal.sign_in.forms.TypeEmailCode",
}
ACCOUNT_SIGNUP_FORM_CLASS = "portal.sign_in.forms_base.OneAddress"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# Our form asks for either address. Phone must stay optional here: with "phone*" a member of staff
# without a number could not sign in, and nobody would be told why.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1"]
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# A code lives ten minutes and is compared five times, whatever it is for. allauth's own resending
# answers differently for a login that does not exist; ours is portal.sign_in.views.send_again.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * MINUTE
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 10 * MINUTE
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * MINUTE
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * MINUTE
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
# allauth counts these in the cache that all processes share. Many customers stand behind one
# address of a mobile network: what is counted per address leaves room for them.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    # Compares of a password: of one login from anywhere, and of it from one address. The second
    # is smaller, so that one stranger cannot use up the owner's own tries.
    "login_failed": f"20/m/ip,5/{5 * MINUTE}s/key",
    "login_failed_here": f"3/{5 * MINUTE}s/key",
    # Browsers in which it was signed in before have five each, and these for all of them.
    "login_failed_known": f"15/{5 * MINUTE}s/key",
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "confirm_email": "3/m/key,10/h/key",
    "verify_phone": "3/m/key,10/h/key,20/m/ip",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": f"5/{5 * MINUTE}s/user",
    "reauthenticate": f"5/{5 * MINUTE}s/user",
}

MFA_ADAPTER = "portal.sign_in.mfa_adapter.SealedAdapter"
MFA_FORMS = {
    "activate_totp": "portal.sign_in.mfa_forms.ActivateApp",
    "add_webauthn": "portal.sign_in.mfa_forms.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off
MFA_TOTP_ISSUER = "CSKH Điện lực"
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False

# A new phone number of a login proves nothing about its owner for so long.
PHONE_SETTLES_AFTER = timedelta(hours=72)

# How many proxies of ours append to X-Forwarded-For: whom to count and limit is what they saw.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1 if env.bool("BEHIND_PROXY", False) else 0)

# Pages that one customer may open in a minute; 0 stands for any number.
PAGES_A_MINUTE = 120
