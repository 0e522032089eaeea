"""The head of a slice, which is a run of blocks that is decoded by itself (7.3.3)."""

from dataclasses import dataclass
from typing import Final

from mock_server.media.h264.bits import nal_unit, se, ue

_FRAME_NUMBERS: Final = 16
_P_SLICE, _I_SLICE = 0, 2
_ORDINARY, _KEY = 1, 5
_KEY_IMPORTANCE, _IMPORTANCE = 3, 2


@dataclass(frozen=True, slots=True)
class SliceHead:
    """The place of a slice: its picture, counted from the key picture, and its first block."""

    picture: int
    first: int

    def bits(self, *, moving: bool) -> str:
        """The head's bits; a ``moving`` slice refers to the picture before."""
        is_key = self.picture == 0
        bits = ue(self.first) + ue(_P_SLICE if moving else _I_SLICE)
        bits += ue(0)  # pic_parameter_set_id
        bits += f"{self.picture % _FRAME_NUMBERS:04b}"  # frame_num
        bits += ue(0) if is_key else ""  # idr_pic_id: other pictures come between two keys
        # num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0
        bits += "00" if moving else ""
        # no_output_of_prior_pics_flag, long_term_reference_flag; adaptive_ref_pic_marking_mode_flag
        bits += "00" if is_key else "0"
        return bits + se(0) + ue(1)  # slice_qp_delta; disable_deblocking_filter_idc

    def unit(self, payload: bytes) -> bytes:
        """The slice as a unit of the stream."""
        if self.picture == 0:
            return nal_unit(_KEY_IMPORTANCE, _KEY, payload)
        return nal_unit(_IMPORTANCE, _ORDINARY, payload)
