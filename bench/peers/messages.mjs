// The messages: a sequence number in the first four bytes, its low byte again in the last one.

/**
 * So many messages may be on their way at once in one process: SNDHWM + RCVHWM = 2000 for inproc, and some in the hands
 * of the receiver. Both libraries may send a buffer by reference, so none is written again before that many others.
 */
const SLOTS = 2_200;

/** Gives the next message: the buffers are made once and used in turn, so that making them is not measured. */
export function makeSource(size) {
  const slots = Array.from({ length: SLOTS }, () => Buffer.allocUnsafeSlow(size).fill(97));
  let slot = 0;
  const source = {
    sequence: 0,
    next() {
      const buffer = slots[slot];
      if (++slot === SLOTS) slot = 0;
      const sequence = source.sequence++;
      buffer.writeUInt32LE(sequence, 0);
      buffer[size - 1] = sequence & 0xff;
      return buffer;
    },
  };
  return source;
}

/** Throws unless `data` is the message with that number: in order, and whole. */
export function check(data, size, sequence) {
  if (data.length === size && data.readUInt32LE(0) === sequence && data[size - 1] === (sequence & 0xff)) return;
  throw new Error(
    `Expected message ${sequence} of ${size} bytes, received ${data.readUInt32LE(0)} of ${data.length} bytes`,
  );
}
