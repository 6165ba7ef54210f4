"""What a new installation starts with: terms of asking again, and the texts read aloud."""

from datetime import date

from django.db import migrations


SINCE = date(2026, 1, 1)
# A supervisor enters another rule as another row.
CONTACTS = {"proof_months": 24, "answer_days": 30}
REVIEWS = {"ahead_days": 30, "grace_days": 30}
# Read aloud word by word, a sentence a line; supervisors write the next version at the desk.
TEXTS = {
    "auto_debit": (
        "Tôi đồng ý để ngân hàng trích tiền từ tài khoản vừa nêu để trả tiền điện của địa điểm này vào hạn thanh toán của mỗi hóa đơn.\n"
        "Tôi là chủ tài khoản, hoặc chủ tài khoản đã đồng ý.\n"
        "Ngân hàng không trích tiền trong 24 giờ đầu sau khi được duyệt.\n"
        "Tôi có thể dừng bất cứ lúc nào bằng một cuộc gọi, và vẫn nhận thông báo của mọi hóa đơn."
    ),
    "month_end_reading": (
        "Tôi đồng ý để công tơ được ghi vào ngày cuối của mỗi tháng, và trả tiền điện từ ngày 3 đến ngày 5 tháng sau.\n"
        "Tôi biết kỳ đầu tiên dài hơn hoặc ngắn hơn một lần, và các bậc giá được tính theo số ngày của kỳ đó.\n"
        "Tôi có thể đổi lại bất cứ lúc nào bằng một cuộc gọi."
    ),
    "relative_contact": (
        "Tôi đồng ý để người thân vừa nêu cũng nhận thông báo về tiền điện và việc cấp điện của địa điểm này.\n"
        "Người thân của tôi biết việc này và tự xác nhận bằng mã được gửi đến địa chỉ của họ.\n"
        "Người thân không thay đổi được hợp đồng; tôi vẫn nhận mọi thông báo và có thể dừng bất cứ lúc nào."
    ),
    "sms_retention": (
        "Tôi muốn tiếp tục nhận tin nhắn SMS về tiền điện ở số điện thoại vừa nêu, vì ba cách kia không phù hợp với tôi.\n"
        "Số điện thoại này là của tôi, và tôi sẽ báo khi đổi số.\n"
        "Mỗi năm công ty hỏi lại tôi một lần; tôi có thể dừng bất cứ lúc nào."
    ),
}


def fill(apps, schema_editor):
    def rows(model):
        return apps.get_model("customers", model).objects

    rows("ContactTerms").create(valid_from=SINCE, **CONTACTS)
    rows("ReviewTerms").create(valid_from=SINCE, **REVIEWS)
    for kind, text in TEXTS.items():
        rows("ConsentText").create(kind=kind, version=1, valid_from=SINCE, text=text)


class Migration(migrations.Migration):

    replaces = [
        ('customers', '0021_contact_checks'),
        ('customers', '0024_life_of_arrangements'),
    ]

    dependencies = [
        ('customers', '0004_functions_and_triggers'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
