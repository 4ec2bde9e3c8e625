"""The working year 2026 of a Vietnamese office, built by hand for tests."""

from datetime import date, time

from engine.worktime import Calendar

_DAY = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))

OFFICE = Calendar(
    tz="Asia/Ho_Chi_Minh",
    week=(_DAY,) * 5 + ((), ()),
    holidays={
        date(2026, 1, 1): "Tết Dương lịch",
        **{date(2026, 2, day): "Tết Nguyên đán" for day in range(16, 21)},
        date(2026, 4, 27): "Nghỉ bù Giỗ Tổ Hùng Vương",
        date(2026, 4, 30): "Ngày Chiến thắng",
        date(2026, 5, 1): "Ngày Quốc tế Lao động",
        date(2026, 8, 31): "Nghỉ Quốc khánh",
        date(2026, 9, 1): "Nghỉ Quốc khánh",
        date(2026, 9, 2): "Quốc khánh",
        date(2026, 11, 24): "Ngày Văn hóa Việt Nam",
    },
    extra_days={date(2026, 8, 22): "Làm bù cho ngày 31/8"},
)
