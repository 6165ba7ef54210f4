"""Invitations to see an account."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_audit_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Phone"), ("email", "E-mail")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="E.164, or the address in small letters.",
                        max_length=254,
                        verbose_name="phone or e-mail",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("holder", "Contract holder"),
                            ("household", "Household member"),
                            ("relative", "Relative"),
                            ("viewer", "Sees monthly totals"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("totals", "Use and amount of each month"),
                                ("bills", "Bills and payments"),
                                ("notices", "What was told, and where"),
                                ("days", "Use of each day"),
                                ("change", "Change where notices go"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                        verbose_name="may see",
                    ),
                ),
                (
                    "link_ends_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="may see until"),
                ),
                ("invited_at", models.DateTimeField(verbose_name="invited at")),
                ("expires_at", models.DateTimeField(verbose_name="to be answered until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back"),
                            ("expired", "Not answered in time"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="customers.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitation",
                        to="customers.accountlink",
                        verbose_name="link",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["address"],
                        name="invitation_by_address",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("account", "kind", "address"),
                        name="invitation_once_while_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rights__len__gt", 0)),
                        name="invitation_offers_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role", "holder"), _negated=True),
                        name="invitation_of_no_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("invited_at"))),
                        name="invitation_lasts_a_while",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_answered_at_a_time",
                    ),
                ],
            },
        ),
    ]
