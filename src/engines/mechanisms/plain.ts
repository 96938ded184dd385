/**
 * How libzmq spells the name of ERROR in PLAIN, where its length should stand and an E: "^RROR". It understands nothing else,
 * so we send it so too, and take both.
 */
export const MISSPELT_ERROR: Buffer = Buffer.from('^RROR', 'latin1');
