"""The legal reasons that come with the product, as dated data.

Sources: Decree 63/2010 art. 18, Decree 118/2025 as amended by Decree 309/2026 art. 2 and 8, Decree
301/2026. Where a rule was not read in its own text the basis names the instrument only.

Revision: 0014, after 0013
"""

from datetime import date
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMESPACE = UUID("6f0e8c0e-4b7d-4a5e-9d0e-0a5f4c1b2d33")
_BY_309 = "Nghị định 118/2025/NĐ-CP, sửa đổi bởi Nghị định 309/2026/NĐ-CP"
_63 = "Khoản 5 Điều 18 Nghị định 63/2010/NĐ-CP"
_SINCE = "2026-08-05"  # Decree 309/2026 in force
REASONS: tuple[tuple[str, str, str, str, str, str], ...] = (
    # action, code, in force since, reason, in English, legal basis
    (
        "supplement",
        "BS01",
        _SINCE,
        "Thiếu giấy tờ trong danh mục đã công bố",
        "A paper of the published list is missing",
        f"Khoản 1 Điều 8 Nghị định 309/2026/NĐ-CP; {_63}",
    ),
    (
        "supplement",
        "BS02",
        _SINCE,
        "Giấy tờ không hợp lệ hoặc không chính xác",
        "A paper is not valid or not correct",
        f"Khoản 1 Điều 8 Nghị định 309/2026/NĐ-CP; {_63}",
    ),
    (
        "supplement",
        "BS03",
        _SINCE,
        "Không khai thác được dữ liệu hoặc dữ liệu sai lệch",
        "Data of a register cannot be read, or is wrong",
        "Điểm a khoản 2 Điều 2 Nghị định 309/2026/NĐ-CP",
    ),
    (
        "supplement",
        "BS04",
        _SINCE,
        "Đơn, tờ khai chưa đủ nội dung theo mẫu",
        "The form is not complete",
        _63,
    ),
    (
        "refusal",
        "TC01",
        _SINCE,
        "Không đủ điều kiện theo quy định của pháp luật",
        "The conditions of the law are not met",
        _63,
    ),
    (
        "refusal",
        "TC02",
        _SINCE,
        "Không thuộc thẩm quyền giải quyết",
        "Another agency decides",
        f"Khoản 1 Điều 8 Nghị định 309/2026/NĐ-CP; {_63}",
    ),
    (
        "refusal",
        "TC03",
        _SINCE,
        "Đã bổ sung nhưng vẫn không đạt yêu cầu",
        "Supplemented, and still not as required",
        _63,
    ),
    (
        "stop",
        "DX01",
        _SINCE,
        "Người nộp không bổ sung trong thời hạn",
        "Nothing was supplied in time",
        _BY_309,
    ),
    (
        "stop",
        "DX02",
        _SINCE,
        "Theo đề nghị của người nộp trước khi có kết quả",
        "Asked for by the applicant before the result",
        _BY_309,
    ),
    (
        "stop",
        "DX03",
        _SINCE,
        "Đối tượng của thủ tục không còn, hoặc có quyết định của tòa án",
        "Its object is gone, or a court decided",
        _BY_309,
    ),
    (
        "withdrawal",
        "RH01",
        _SINCE,
        "Người nộp không còn nhu cầu",
        "The applicant no longer needs it",
        _BY_309,
    ),
    (
        "withdrawal",
        "RH02",
        _SINCE,
        "Nộp nhầm thủ tục hoặc nhầm nơi",
        "Handed in for a wrong procedure or place",
        _BY_309,
    ),
    (
        "extension",
        "GH01",
        _SINCE,
        "Vụ việc phức tạp, cần xác minh thêm",
        "A complex case that needs more checking",
        _BY_309,
    ),
    (
        "extension",
        "GH02",
        _SINCE,
        "Chờ ý kiến của cơ quan phối hợp",
        "Another agency has not answered",
        _BY_309,
    ),
    (
        "extension",
        "GH03",
        _SINCE,
        "Sự cố hệ thống hoặc thiên tai đã được thông báo",
        "An announced outage or a natural disaster",
        _BY_309,
    ),
    (
        "correction",
        "DC01",
        _SINCE,
        "Sai sót kỹ thuật của cơ quan giải quyết",
        "A clerical mistake of the agency",
        "Khoản 4 Điều 6 Nghị định 301/2026/NĐ-CP",
    ),
    (
        "correction",
        "DC02",
        _SINCE,
        "Thông tin người nộp cung cấp có sai sót",
        "What the applicant told was wrong",
        "Khoản 4 Điều 6 Nghị định 301/2026/NĐ-CP",
    ),
)
_TABLE = sa.table(
    "legal_reason",
    sa.column("id", sa.Uuid()),
    sa.column("action", sa.String()),
    sa.column("code", sa.String()),
    sa.column("name", sa.String()),
    sa.column("name_en", sa.String()),
    sa.column("basis", sa.String()),
    sa.column("process_key", sa.String()),
    sa.column("valid_from", sa.Date()),
)


def upgrade() -> None:
    op.bulk_insert(
        _TABLE,
        [
            {
                "id": uuid5(NAMESPACE, f"{action} {code}"),
                "action": action,
                "code": code,
                "name": name,
                "name_en": name_en,
                "basis": basis,
                "process_key": "",
                "valid_from": date.fromisoformat(since),
            }
            for action, code, since, name, name_en, basis in REASONS
        ],
    )


def downgrade() -> None:
    ids = [uuid5(NAMESPACE, f"{action} {code}") for action, code, *_ in REASONS]
    op.execute(_TABLE.delete().where(_TABLE.c.id.in_(ids)))
