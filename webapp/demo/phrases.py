"""What people write into the fields of the shipped forms, by the key of the field."""

PHRASES: dict[str, tuple[str, ...]] = {
    "can_cu_bo_sung": ("Thành phần hồ sơ đã công bố của thủ tục", "Mẫu tờ khai của thủ tục"),
    "can_cu_dung": ("Nghị định 217/2026/NĐ-CP",),
    "can_cu_khong_nhan": ("Nghị định 168/2025/NĐ-CP",),
    "can_cu_tu_choi": ("Nghị định 63/2010/NĐ-CP, điều 18", "Quy định của thủ tục đã công bố"),
    "can_cu_y_kien": ("Quy chuẩn an toàn cháy cho nhà ở", "Quy hoạch phân khu đã duyệt"),
    "chi_dao": (
        "Ưu tiên xử lý trong buổi, báo lại khi xong.",
        "Phối hợp với một cửa, hoàn thành trước giờ nghỉ.",
    ),
    "chung_chi_thiet_ke": ("HCM-00012345", "QNA-00067890"),
    "co_quan_thue_quan_ly": ("Thuế cơ sở 3",),
    "co_quan_tra_loi": ("Phòng Cảnh sát phòng cháy, chữa cháy", "Phòng Kinh tế, Hạ tầng"),
    "cot_nen": ("+0,30 m so với vỉa hè", "+0,20 m so với mặt đường"),
    "dieu_kien_can_dap_ung": ("Có giấy chứng nhận đủ điều kiện an toàn thực phẩm",),
    "dieu_kien_kem_theo": ("Bố trí lối thoát nạn thứ hai ở tầng mái.",),
    "dien_giai_tu_choi": (
        "Thông tin trong hồ sơ không đúng với dữ liệu lưu giữ nên không đủ điều kiện giải quyết.",
        "Sau khi kiểm tra, hồ sơ không đáp ứng điều kiện của thủ tục; có thể nộp lại khi đủ.",
    ),
    "don_vi_thiet_ke": ("Công ty tư vấn thiết kế Nhà Việt", "Kiến trúc sư Phan Hoài Nam"),
    "ghi_chu_bo_sung": ("Đã đối chiếu bản chính.",),
    "ghi_chu_du_lieu": ("Tên đệm trong sổ giấy khác cơ sở dữ liệu; lấy theo sổ gốc.",),
    "ghi_chu_phat_hanh": ("Chuyển một cửa trong buổi.",),
    "ghi_chu_tra_cuu": ("Đã tra cứu trên hệ thống đăng ký hộ kinh doanh.",),
    "giay_to_da_bo_sung": ("Bản vẽ và giấy tờ theo thông báo", "Giấy tờ theo đúng danh mục"),
    "huong_dan": ("Đề nghị nộp lại tại nơi đặt trụ sở, kèm đủ giấy tờ.",),
    "ly_do_co_quan": ("Phục vụ xác minh hồ sơ cán bộ.",),
    "ly_do_khong_dong_y": ("Công trình nằm trong hành lang thoát nước.",),
    "ly_do_tra_lai": ("Sửa lỗi chính tả ở phần họ tên.", "Ghi lại diện tích cho khớp bản vẽ."),
    "luu_y_giay_phep": ("Thông báo ngày khởi công trước 7 ngày; không lấn vỉa hè.",),
    "ma_van_don": ("EA123456789VN", "EA987654321VN"),
    "muc_dich": ("Bổ túc hồ sơ nhập học", "Làm hộ chiếu", "Làm thủ tục thừa kế", "Xin việc làm"),
    "nganh_nghe_chinh": ("Bán lẻ thực phẩm", "Quán cà phê", "Cắt tóc, gội đầu", "Sửa xe máy"),
    "noi_dang_ky": ("UBND phường An Hòa", "UBND xã Bình An (cũ)", "UBND phường Tân Lập (cũ)"),
    "noi_dung_dung": ("Quá thời hạn bổ sung nên dừng giải quyết; có thể nộp hồ sơ mới.",),
    "noi_dung_hoi": ("Đề nghị cho ý kiến về khoảng lùi và đấu nối hạ tầng.",),
    "noi_dung_khong_khop": ("Ranh giới phía đông lệch 0,4 m so với bản vẽ.",),
    "so_bien_lai": ("BL 0001234", "BL 0001240", "BL 0001257"),
    "so_va_quyen": ("Số 45, quyển 02", "Số 112, quyển 01"),
    "so_van_ban_y_kien": ("215/CV-PCCC", "98/CV-KTHT"),
    "ten_su_kien_khac": ("Nhận cha, mẹ, con",),
    "ten_trung": ("Tạp hóa Minh Anh",),
    "thanh_phan_kiem_tra": ("Chuyên viên xây dựng, tổ trưởng dân phố, chủ nhà",),
    "tong_hop": (
        "Thực địa đúng bản vẽ; các cơ quan đồng ý. Đề xuất cấp giấy phép.",
        "Hồ sơ đủ điều kiện, cơ quan góp ý không có ý kiến khác trong thời hạn.",
    ),
    "y_kien_lanh_dao": ("Đồng ý.",),
}

PHRASES_OF = {
    "gpxd": {
        "noi_dung_bo_sung": (
            "Chỉnh lại bản vẽ mặt đứng, ghi đủ kích thước. Các giấy tờ khác đã đủ.",
            "Bổ sung sơ đồ đấu nối thoát nước ra hệ thống chung của tổ dân phố.",
        ),
        "ly_do_tra_lai": ("Ghi lại diện tích cho khớp bản vẽ.",),
        "giay_to_da_bo_sung": ("Bản vẽ mặt đứng đã sửa, 2 bản", "Sơ đồ đấu nối thoát nước"),
    },
    "hkd": {
        "noi_dung_bo_sung": (
            "Ghi lại ngành, nghề kinh doanh theo mã cấp 4.",
            "Bổ sung biên bản họp thành viên hộ gia đình có đủ chữ ký.",
        ),
        "ly_do_tra_lai": ("Sửa lại địa chỉ trụ sở cho đúng giấy đề nghị.",),
        "giay_to_da_bo_sung": ("Giấy đề nghị đã ghi lại mã ngành", "Biên bản họp thành viên"),
    },
    "tlht": {
        "noi_dung_bo_sung": (
            "Bổ sung bản sao giấy tờ chứng minh quan hệ với người được đăng ký.",
            "Ghi rõ năm và nơi đã đăng ký sự kiện hộ tịch.",
        ),
        "ly_do_tra_lai": ("Sửa lỗi chính tả ở phần họ tên.",),
        "giay_to_da_bo_sung": ("Bản sao giấy khai sinh của người yêu cầu", "Tờ khai đã ghi đủ"),
    },
}

SHOP_NAMES = [
    "Tạp hóa Hồng Phúc",
    "Quán cà phê Mộc",
    "Tiệm bánh Ngọc Lan",
    "Cửa hàng hoa Hương Xuân",
    "Tiệm sửa xe Thành Công",
    "Quán phở Gia Truyền",
    "Cửa hàng sữa Bé Yêu",
    "Tiệm tóc Duyên",
    "Nhà sách Minh Trí",
    "Quán cơm Cô Ba",
]

LINES_OF_BUSINESS = (
    ("Bán lẻ lương thực, thực phẩm", "4711"),
    ("Dịch vụ phục vụ đồ uống", "5630"),
    ("Cắt tóc, làm đầu, gội đầu", "9631"),
    ("Sửa chữa mô tô, xe máy", "4542"),
    ("Nhà hàng và dịch vụ ăn uống", "5610"),
)

CHANCES: dict[str, dict[str, float]] = {
    # field: weight of each option; options that are not named weigh nothing
    "ket_luan_tra_cuu": {"du": 82, "bo_sung": 9, "khong_tim_thay": 6, "tu_choi": 3},
    "ket_luan_tham_dinh": {
        "dat": 76,
        "du": 76,
        "bo_sung": 15,
        "khong_dat": 7,
        "tu_choi": 6,
        "hoi_noi_cu": 14,
        "chua_xac_dinh": 5,
        "chuyen_di": 2,
        "do_dac": 30,
        "kiem_hang": 15,
        "vi_pham": 3,
    },
    "noi_tiep_nhan": {"xa": 85, "tinh": 15},
    "tra_loi_xac_minh": {"chua_ket_hon": 85, "khong_co_du_lieu": 13, "da_ket_hon": 2},
    "nhom_mien_le_phi": {"khong": 80, "ho_ngheo": 10, "co_cong": 6, "khuyet_tat": 4},
    "dong_y": {"co": 90, "khong": 10},
    "phieu": {"dong_y": 92, "khong_dong_y": 8},
    "ket_luan_khieu_nai": {"sai": 80, "dung": 20},
    "ket_luan_y_kien": {"sai": 80, "dung": 20},
    "du_nguon_goc": {"co": 94, "khong": 6},
    "ket_qua_cu_tru": {"xong": 85, "xac_minh": 10, "sai_khai_sinh": 5},
    "co_tranh_chap_dat": {"khong": 1},
    "co_the_chap": {"khong": 1},
    "chu_dau_tu_da_nop": {"da_nop": 85, "chua": 15},
    "truong_hop_thue": {"thong_thuong": 80, "nguoi_than": 12, "nha_duy_nhat": 8},
    "ket_qua_nop": {"da_nop": 95, "khieu_nai": 5},
    "hang_doanh_nghiep": {"uu_tien": 25, "tuan_thu": 65, "rui_ro": 10},
    "loai_hang": {"thuong": 65, "co_dieu_kien": 25, "nhay_cam": 10},
    "ket_luan_kiem_hoa": {"dat": 95, "vi_pham": 5},
    "xu_ly_vi_pham": {"phat_tien": 85, "khong_thong_quan": 15},
    "tiep_nhan": {"nhan": 95, "khong": 5},
    "quyet_dinh_ky": {"ky": 93, "tra_lai": 6, "khong_cap": 1},
    "de_xuat": {"cap_phep": 1},
    "y_kien": {"dong_y": 75, "dong_y_kem_dieu_kien": 25},
    "dung_vi_tri": {"dung": 92, "sai": 8},
    "ket_luan_thuc_dia": {"phu_hop": 1},
    "phu_hop_quy_hoach": {"co": 1},
    "giay_to_dat_hop_le": {"co": 1},
    "lien_ke_an_toan": {"khong_co": 40, "an_toan": 60},
    "hien_trang_dat": {"dat_trong": 60, "co_cong_trinh_cu": 40},
    "ten_hop_le": {"hop_le": 1},
    "dieu_kien_nganh": {"khong": 80, "co_dieu_kien": 20},
    "mst_chu_ho": {"khop": 80, "chua_co": 20},
    "ho_so_hop_le": {"co": 1},
    "le_phi_da_nop": {"co": 1},
    "nganh_nghe_hop_le": {"co": 1},
    "ten_dung_quy_dinh": {"co": 1},
    "cach_nop_le_phi": {"tien_mat": 45, "chuyen_khoan": 35, "truc_tuyen": 20},
    "cach_tra": {"tai_quay": 75, "buu_chinh": 15, "truc_tuyen": 10},
    "nguoi_nhan_la": {"nguoi_nop": 90, "duoc_uy_quyen": 10},
    "xu_ly_tre": {"don_doc": 80, "doi_nguoi": 10, "xin_loi_hen_lai": 10},
    "ly_do_dung": {"qua_han_bo_sung": 1},
    "chu_the": {"ca_nhan": 85, "ho_gia_dinh": 15},
    "quan_he": {"ban_than": 55, "cha_me": 20, "con": 15, "vo_chong": 10},
    "loai_ban_sao": {
        "khai_sinh": 20,
        "trich_luc_khai_sinh": 45,
        "trich_luc_ket_hon": 25,
        "trich_luc_khai_tu": 10,
    },
}

POSITIVE: dict[str, tuple[str, ...]] = {
    # the answer, whichever the form offers, when the dossier comes to a desk for the second time
    "ket_luan_tra_cuu": ("du",),
    "ket_luan_tham_dinh": ("dat", "du"),
    "quyet_dinh_ky": ("ky",),
    "ket_qua_cu_tru": ("xong",),
    "ket_qua_nop": ("da_nop",),
}

UNTICKED = frozenset(
    {
        "da_co_ho_kinh_doanh",
        "co_uy_quyen",
        "co_giay_cu",
        "can_tham_ho",
        "co_tranh_chap",
        "can_chu_ho_dong_y",
        "can_chuyen_nganh",
        "con_nhan",
        "nop_ban_dien_tu",
    }
)
