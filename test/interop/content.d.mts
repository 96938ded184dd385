/** A frame in few words: text, bytes in hex, or `size` bytes made from `seed`. */
export type FrameSpec = string | { readonly hex: string } | { readonly seed: number; readonly size: number };

/** The bytes that a specification stands for. Do not write to them: they are shared. */
export function toBytes(frame: FrameSpec): Buffer;

/** What is said of received bytes: short ones in hex, long ones by length and hash. */
export function digest(bytes: Buffer): string;

/** The digest of the frame that a specification stands for. */
export function expected(frame: FrameSpec): string;
