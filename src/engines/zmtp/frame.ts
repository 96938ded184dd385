/** The flags octet of a frame, ZMTP 2.0 and 3.x. Bits 3 to 7 are reserved: sent as zero, ignored when received. */
export const FrameFlag = {
  MORE: 1,
  LONG: 2,
  COMMAND: 4,
} as const;

/** A body up to this size has its size in one octet; a larger one in eight. */
export const SHORT_BODY_LIMIT = 255;
export const SHORT_HEADER_SIZE = 2;
export const LONG_HEADER_SIZE = 9;
/** That of a long frame of ZMTP 1.0, which has one octet more. */
export const LARGEST_HEADER_SIZE = 10;
