import pytest

from customers.premises import Area, areas, premise

THUAN_AN = ("thuan an", "phuong thuan an")


@pytest.mark.parametrize(
    ("address", "street", "number"),
    [
        ("162A Lê Lợi", "le loi", 162),
        ("780/58B Tỉnh lộ 8", "tinh lo 8", 780),
        ("số 12, đường Lê Lợi, khu phố 3", "le loi", 12),
        ("Lê Lợi", "le loi", None),
        ("509 Hẻm 51 Cao Thắng", "hem 51 cao thang", 509),
        ("12 Đường 3 Tháng 2", "3 thang 2", 12),
        ("3 Tháng 2", "3 thang 2", None),
        ("45 QL13", "quoc lo 13", 45),
        ("191A Ấp Bình Hạ Đông", "ap binh ha dong", 191),
        ("", "", None),
    ],
)
def test_an_address_is_a_street_and_a_number(address, street, number):
    found = premise(address=address, ward="Phường Thuận An")
    assert (found.street_key, found.house_number) == (street, number)


@pytest.mark.parametrize(
    "ward", ["Phường Thuận An", "P. Thuận An", "phường  THUẬN AN", "P.Thuận An"]
)
def test_a_ward_is_the_same_however_it_is_written(ward):
    assert premise(address="1 Lê Lợi", ward=ward).ward_key == "phuong thuan an"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phường Thuận An", [(THUAN_AN, "", None, None)]),
        ("Phường Thuận An: Nguyễn Huệ", [(THUAN_AN, "nguyen hue", None, None)]),
        (
            "Phường Thuận An: Nguyễn Huệ, đường Lê Lợi; Âu Cơ",
            [
                (THUAN_AN, "nguyen hue", None, None),
                (THUAN_AN, "le loi", None, None),
                (THUAN_AN, "au co", None, None),
            ],
        ),
        (
            "Phường Thuận An: Lê Lợi; Xã Củ Chi",
            [
                (THUAN_AN, "le loi", None, None),
                (("cu chi", "xa cu chi"), "", None, None),
            ],
        ),
        ("Phường Thuận An: toàn phường", [(THUAN_AN, "", None, None)]),
        ("Phường Thuận An:", [(THUAN_AN, "", None, None)]),
        ("P. Thuận An: Lê Lợi (từ số 12 đến số 60)", [(THUAN_AN, "le loi", 12, 60)]),
        ("P. Thuận An: Quốc lộ 13 số 60-12", [(THUAN_AN, "quoc lo 13", 12, 60)]),
        ("P. Thuận An: 12 - 60 Lê Lợi", [(THUAN_AN, "le loi", 12, 60)]),
        ("P. Thuận An: Đường 3 Tháng 2", [(THUAN_AN, "3 thang 2", None, None)]),
        (" ; ", []),
    ],
)
def test_an_area_is_a_list_of_wards_and_streets(text, expected):
    found = [(a.ward_keys, a.street_key, a.first_number, a.last_number) for a in areas(text)]
    assert found == expected


def test_a_ward_without_its_kind_may_be_any():
    [area] = areas("Thuận An: Lê Lợi")
    assert {"thuan an", "phuong thuan an", "xa thuan an"} <= set(area.ward_keys)


def test_the_same_place_twice_counts_once():
    assert len(areas("Phường Thuận An: Lê Lợi, Lê Lợi")) == 1


def test_a_place_says_where_it_stands_as_it_was_written():
    assert areas("Phường Thuận An: Lê Lợi")[0] == Area(
        "Phường Thuận An: Lê Lợi", THUAN_AN, "le loi"
    )
