"""The parameter sets: what holds for a whole stream (7.3.2.1 and 7.3.2.2)."""

from typing import Final

from mock_server.media.h264.bits import ended, nal_unit, se, ue

BLOCK: Final = 16
QUANTISER: Final = 16
_BASELINE: Final = 66
# constraint_set0_flag and constraint_set1_flag: the part of baseline that all decoders know.
_CONSTRAINED: Final = 0b1100_0000
_SEQUENCE, _PICTURE = 7, 8
_IMPORTANCE: Final = 3
# level_idc by the largest picture in blocks (table A-1). The longest side may have the root of
# eight times as many.
_LEVELS: Final = ((30, 1620), (31, 3600), (40, 8192), (50, 22080), (51, 36864), (60, 139264))


def sequence_parameters(width: int, height: int) -> bytes:
    """The unit that says a picture's even sides in pixels."""
    columns, rows = -(-width // BLOCK), -(-height // BLOCK)
    # Samples of whole blocks that are not shown; frame_crop offsets count in samples of colour.
    right, bottom = (columns * BLOCK - width) // 2, (rows * BLOCK - height) // 2
    crop = "1" + ue(0) + ue(right) + ue(0) + ue(bottom) if right or bottom else "0"
    bits = "".join(f"{octet:08b}" for octet in (_BASELINE, _CONSTRAINED, _level(columns, rows)))
    bits += ue(0)  # seq_parameter_set_id
    bits += ue(0)  # log2_max_frame_num_minus4: frame_num has four bits
    bits += ue(2)  # pic_order_cnt_type: shown in the order of decoding
    bits += ue(1)  # max_num_ref_frames
    bits += "0"  # gaps_in_frame_num_value_allowed_flag
    bits += ue(columns - 1) + ue(rows - 1)
    bits += "11"  # frame_mbs_only_flag, direct_8x8_inference_flag
    bits += crop
    bits += "0"  # vui_parameters_present_flag
    return nal_unit(_IMPORTANCE, _SEQUENCE, ended(bits))


def _level(columns: int, rows: int) -> int:
    blocks, side = columns * rows, max(columns, rows)
    return next(level for level, largest in _LEVELS if blocks <= largest and side**2 <= 8 * largest)


def _picture_parameters() -> bytes:
    bits = ue(0) + ue(0)  # pic_parameter_set_id, seq_parameter_set_id
    bits += "00"  # entropy_coding_mode_flag (CAVLC), bottom_field_pic_order_in_frame_present_flag
    bits += ue(0) * 3  # num_slice_groups_minus1, num_ref_idx_l0 and l1_default_active_minus1
    bits += "000"  # weighted_pred_flag, weighted_bipred_idc
    bits += se(QUANTISER - 26) + se(0) + se(0)  # pic_init_qp and _qs, chroma_qp_index_offset
    bits += "1"  # deblocking_filter_control_present_flag
    bits += "00"  # constrained_intra_pred_flag, redundant_pic_cnt_present_flag
    return nal_unit(_IMPORTANCE, _PICTURE, ended(bits))


PICTURE_PARAMETERS: Final = _picture_parameters()
