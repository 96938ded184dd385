/** The stream from PUSH to PULL: each message has its number in the first four bytes. */
export const MESSAGES = 1_000_000;
export const SIZE = 64;
/** After so many messages PULL says how far it is. */
export const STEP = 100_000;
