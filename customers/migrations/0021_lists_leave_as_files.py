from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0020_agreements_by_file")]

    operations = [
        migrations.AlterModelOptions(
            name="download",
            options={
                "permissions": [
                    ("take_download", "Can download customers' data"),
                    ("approve_download", "Can approve large downloads of customers' data"),
                    ("take_list", "Can download the desk's lists about customers"),
                ],
                "verbose_name": "download of customers' data",
                "verbose_name_plural": "downloads of customers' data",
            },
        ),
    ]
