"""How long things take in the demo office: office hours until claimed and until completed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import log
from random import Random
from zoneinfo import ZoneInfo

from engine import worktime
from webapp.calendars import agency_calendar

ARRIVALS_PER_DAY = (5, 8)
BUSY = timedelta(days=6)  # at the end, when more people come and work piles up
BUSY_ARRIVALS_PER_DAY = (11, 14)
BUSY_FACTOR = 1.6
WEEKDAYS = (1.25, 1.05, 1.0, 0.9, 0.85, 0.5, 0.0)  # of the arrivals of a mean day, from Monday on
MORNING = 0.6  # of the people come before noon
MIX = {  # process key: weight
    "trich_luc_ho_tich": 30,
    "xac_nhan_hon_nhan": 13,
    "ho_kinh_doanh": 14,
    "giay_phep_xay_dung": 11,
    "lien_thong_khai_sinh": 9,
    "tro_cap_xa_hoi": 6,
    "dang_ky_dat_lan_dau": 5,
    "chuyen_nhuong_dat": 6,
    "thong_quan_dien_tu": 5,
    "han_ngach_thue_quan": 1,
}
COUNTERS = {  # group that receives what the ward's one-stop unit does not
    "chuyen_nhuong_dat": "mot-cua-tinh",
    "han_ngach_thue_quan": "mot-cua-tinh",
    "thong_quan_dien_tu": "mot-cua-tinh",
}
CHANNELS = {"counter": 72, "online": 22, "post": 6}
OLDER = {("giay_phep_xay_dung", 1): 2.5}  # these rules gave more time, and people took it
SILENT = 0.3  # of the consulted agencies' answers never come: silence is consent
SILENT_HOURS = 400.0
SLOW = 0.06  # of all tasks lie far too long
SLOW_FACTOR = 7.0
HANDS_ON_HOURS = 0.3  # at most this much of a task keeps a person from the next one


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Medians in office hours; ``spread`` is the sigma of the logarithm."""

    waiting: float
    working: float
    spread: float = 0.6


DEFAULT = Rhythm(1.0, 0.7)
APPLICANTS = {  # what waits for the applicant, in any procedure
    "Task_BoSung": Rhythm(0.5, 12.0),
    "Task_NopThue": Rhythm(0.5, 20.0),
    "Task_NopLePhi": Rhythm(0.5, 3.0),
    "Task_TraBanMoi": Rhythm(4.0, 0.15),
    "Task_TraKetQua": Rhythm(4.0, 0.15),
}
RHYTHMS: dict[tuple[str, str], Rhythm] = {
    ("trich_luc_ho_tich", "Task_TraCuu"): Rhythm(0.2, 0.45),
    ("trich_luc_ho_tich", "Task_KyDuyet"): Rhythm(0.3, 0.1),
    ("trich_luc_ho_tich", "Task_PhatHanh"): Rhythm(0.15, 0.1),
    ("trich_luc_ho_tich", "Task_TraKetQua"): Rhythm(2.5, 0.1),
    ("trich_luc_ho_tich", "Task_BoSung"): Rhythm(0.5, 9.0),
    ("ho_kinh_doanh", "Task_ThuLePhi"): Rhythm(0.2, 0.25),
    ("ho_kinh_doanh", "Task_KiemTraTen"): Rhythm(1.2, 0.9),
    ("ho_kinh_doanh", "Task_ThamDinh"): Rhythm(1.8, 2.2),
    ("ho_kinh_doanh", "Task_KyGiay"): Rhythm(1.8, 0.2),
    ("ho_kinh_doanh", "Task_PhatHanh"): Rhythm(0.8, 0.4),
    ("ho_kinh_doanh", "Task_BoSung"): Rhythm(0.5, 14.0),
    ("ho_kinh_doanh", "Task_TraKetQua"): Rhythm(5.0, 0.15),
    ("giay_phep_xay_dung", "Task_ThamDinh"): Rhythm(2.2, 3.6),
    ("giay_phep_xay_dung", "Task_ThucDia"): Rhythm(3.5, 8.0),
    ("giay_phep_xay_dung", "Task_GopY"): Rhythm(3.0, 7.0),
    ("giay_phep_xay_dung", "Task_SoanGiayPhep"): Rhythm(1.8, 3.5),
    ("giay_phep_xay_dung", "Task_KyGiayPhep"): Rhythm(3.5, 0.3),
    ("giay_phep_xay_dung", "Task_PhatHanh"): Rhythm(1.0, 0.7),
    ("giay_phep_xay_dung", "Task_TuChoi"): Rhythm(2.0, 0.4),
    ("giay_phep_xay_dung", "Task_BoSung"): Rhythm(0.5, 11.0),
    ("giay_phep_xay_dung", "Task_TraKetQua"): Rhythm(6.0, 0.2),
    ("xac_nhan_hon_nhan", "Task_ThamDinh"): Rhythm(1.5, 1.2),
    ("xac_nhan_hon_nhan", "Task_XacMinh"): Rhythm(3.0, 8.0),
    ("lien_thong_khai_sinh", "Task_ThamDinh"): Rhythm(0.5, 0.6),
    ("tro_cap_xa_hoi", "Task_ThamDinh"): Rhythm(3.0, 3.0),
    ("tro_cap_xa_hoi", "Task_BieuQuyet"): Rhythm(4.0, 0.3),
    ("dang_ky_dat_lan_dau", "Task_ThamDinh"): Rhythm(3.0, 3.0),
    ("dang_ky_dat_lan_dau", "Task_HienTrang"): Rhythm(5.0, 6.0),
    ("chuyen_nhuong_dat", "Task_ThamDinh"): Rhythm(3.0, 3.0),
    ("thong_quan_dien_tu", "Task_ThamDinh"): Rhythm(0.3, 0.7),
    ("thong_quan_dien_tu", "Task_KiemHoa"): Rhythm(1.0, 3.0),
}


def draw(random: Random, process_key: str, element_id: str) -> tuple[float, float]:
    """Return office hours of waiting and of working for one task."""
    rhythm = RHYTHMS.get((process_key, element_id)) or APPLICANTS.get(element_id, DEFAULT)
    waiting = random.lognormvariate(log(rhythm.waiting), rhythm.spread)
    working = random.lognormvariate(log(rhythm.working), rhythm.spread)
    if element_id == "Task_GopY" and random.random() < SILENT:
        return waiting, SILENT_HOURS
    if random.random() < SLOW:
        return waiting * 2, working * SLOW_FACTOR
    return waiting, working


def day_of(at: datetime) -> date:
    """Return the day in the agency's zone."""
    return agency_calendar().local(at).date()


def opening(day: date) -> datetime:
    """Return half past seven in the morning of a day."""
    return datetime.combine(day, time(7, 30), ZoneInfo(agency_calendar().tz))


def local(at: datetime) -> datetime:
    """Return the instant by the clock of the agency's zone."""
    return agency_calendar().local(at)


def later(at: datetime, office_hours: float) -> datetime:
    """Return the instant after so much office time; from the evening on, the next morning."""
    moment = worktime.add(at, timedelta(hours=office_hours), agency_calendar())
    return moment.replace(microsecond=0)
