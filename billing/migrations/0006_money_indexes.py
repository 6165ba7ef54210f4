"""What is unpaid by its last day, and payments by when we learned of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("billing", "0005_payment_terms")]

    operations = [
        AddIndexConcurrently(
            model_name='bill',
            index=models.Index(condition=models.Q(('paid_at', None), ('total__gt', 0)), fields=['due_on', 'month'], name='bill_unpaid_by_due'),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(fields=['learned_at'], name='payment_by_learning'),
        ),
    ]
