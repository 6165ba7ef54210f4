import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0013_loads'),
        ('notifications', '0009_notice_of_unusual'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='thresholdpassing',
            name='threshold_passed_once',
        ),
        migrations.RemoveConstraint(
            model_name='thresholdpassing',
            name='threshold_was_passed',
        ),
        migrations.RemoveConstraint(
            model_name='usethreshold',
            name='threshold_in_range',
        ),
        migrations.AddField(
            model_name='historicalusethreshold',
            name='dong',
            field=models.BigIntegerField(null=True, verbose_name='đồng in a billing period'),
        ),
        migrations.AddField(
            model_name='historicalusethreshold',
            name='step',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='price step that is reached'),
        ),
        migrations.AddField(
            model_name='thresholdpassing',
            name='dong',
            field=models.BigIntegerField(null=True, verbose_name='đồng in a billing period'),
        ),
        migrations.AddField(
            model_name='thresholdpassing',
            name='step',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='price step that is reached'),
        ),
        migrations.AddField(
            model_name='thresholdpassing',
            name='used_dong',
            field=models.BigIntegerField(null=True, verbose_name='what these days cost in đồng'),
        ),
        migrations.AddField(
            model_name='usethreshold',
            name='dong',
            field=models.BigIntegerField(null=True, verbose_name='đồng in a billing period'),
        ),
        migrations.AddField(
            model_name='usethreshold',
            name='step',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='price step that is reached'),
        ),
        migrations.AlterField(
            model_name='thresholdpassing',
            name='kwh',
            field=models.PositiveIntegerField(null=True, verbose_name='kWh in a billing period'),
        ),
        migrations.AlterField(
            model_name='usethreshold',
            name='kwh',
            field=models.PositiveIntegerField(null=True, verbose_name='kWh in a billing period'),
        ),
        migrations.AddConstraint(
            model_name='thresholdpassing',
            constraint=models.UniqueConstraint(fields=('link', 'starts_on', 'kwh', 'dong', 'step'), name='threshold_passed_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='thresholdpassing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dong', None), ('kwh__isnull', False), ('step', None)), models.Q(('dong__isnull', False), ('kwh', None), ('step', None)), models.Q(('dong', None), ('kwh', None), ('step__isnull', False)), _connector='OR'), name='passing_in_one_unit'),
        ),
        migrations.AddConstraint(
            model_name='thresholdpassing',
            constraint=models.CheckConstraint(condition=models.Q(('kwh', None), ('used_wh__gt', django.db.models.expressions.CombinedExpression(models.F('kwh'), '*', models.Value(1000))), _connector='OR'), name='threshold_was_passed'),
        ),
        migrations.AddConstraint(
            model_name='thresholdpassing',
            constraint=models.CheckConstraint(condition=models.Q(('dong', None), models.Q(('used_dong__gt', models.F('dong')), ('used_dong__isnull', False)), _connector='OR'), name='amount_was_passed'),
        ),
        migrations.AddConstraint(
            model_name='usethreshold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dong', None), ('kwh__isnull', False), ('step', None)), models.Q(('dong__isnull', False), ('kwh', None), ('step', None)), models.Q(('dong', None), ('kwh', None), ('step__isnull', False)), _connector='OR'), name='threshold_in_one_unit'),
        ),
        migrations.AddConstraint(
            model_name='usethreshold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kwh', None), ('kwh__range', (1, 100000)), _connector='OR'), models.Q(('dong', None), ('dong__range', (1000, 1000000000)), _connector='OR'), models.Q(('step', None), ('step__range', (2, 20)), _connector='OR')), name='threshold_in_range'),
        ),
    ]
