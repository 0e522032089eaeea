"""Writes H.264 (constrained baseline) of pictures that are flat in most blocks of 16x16.

Clause and table numbers are those of ITU-T H.264 (08/2021). Decoded pictures equal the drawn ones
sample by sample: nothing is transformed but single colours, whose coefficients are exact at the
quantiser chosen here, and the filter over block edges is off.
"""

from mock_server.media.h264.inter import moving_slice
from mock_server.media.h264.intra import Blocks, flat_slice
from mock_server.media.h264.parameter_sets import BLOCK, PICTURE_PARAMETERS, sequence_parameters
from mock_server.media.h264.slices import SliceHead

__all__ = (
    "BLOCK",
    "PICTURE_PARAMETERS",
    "Blocks",
    "SliceHead",
    "flat_slice",
    "moving_slice",
    "sequence_parameters",
)
