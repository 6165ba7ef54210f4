"""Common names, streets and wards, from which the made-up city is put together."""

# fmt: off
FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
    "Hồ", "Ngô", "Dương", "Lý",
)
MIDDLES = (
    "Thị", "Văn", "Minh", "Thanh", "Đức", "Kim", "Xuân", "Quốc", "Thùy", "Hữu", "Ngọc", "Hồng",
    "Gia", "Bảo",
)
GIVEN = (
    "Anh", "Ân", "Bình", "Châu", "Dung", "Hà", "Hạnh", "Hòa", "Hương", "Khánh", "Lan", "Loan",
    "Nam", "Phúc", "Thủy", "Trúc", "Tú", "Việt",
)
STREETS = (
    "Lê Lợi", "Nguyễn Huệ", "Võ Văn Kiệt", "Phạm Văn Đồng", "Cách Mạng Tháng Tám",
    "Lạc Long Quân", "Âu Cơ", "Hậu Giang", "Nguyễn Thị Minh Khai", "Quốc lộ 13", "Tỉnh lộ 8",
    "Đường 3 Tháng 2", "Hẻm 51 Cao Thắng",
)
HOUSES = (
    "", "", "A", "/5",
)
WARDS = (
    "Phường Sài Gòn", "Phường Bến Thành", "Phường Chợ Lớn", "Phường Bình Phú", "Phường Tân Thuận",
    "Phường Hiệp Bình", "Phường Thủ Dầu Một", "Phường Thuận An", "Phường Bến Cát",
    "Phường Vũng Tàu", "Xã Củ Chi", "Xã Hóc Môn", "Xã Bình Chánh", "Xã Đất Đỏ",
)
# fmt: on
