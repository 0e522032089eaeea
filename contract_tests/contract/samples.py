"""The smallest files that are what they say: a picture, and the start of a clip."""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff")
