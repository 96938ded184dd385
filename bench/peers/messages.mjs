// The messages: perhaps a topic, then a sequence number in four bytes, whose low byte comes again in the last byte.

/** How many messages a receiver may have in its hands: what one recvMany brings. */
export const BATCH = 256;
/** Those that are just being made, written or checked. */
const SPARE = 8;

/**
 * Gives the next message. The buffers are made once and used in turn, so that making them is not measured. Both libraries
 * may send a buffer by reference, so none is written again before as many others as may be on their way at once in one
 * process: SNDHWM + RCVHWM for inproc, and a batch in the hands of the receiver.
 *
 * @param {{ size: number, hwm: number }} task
 * @param {readonly string[]} topics of one length; each message begins with one of them, in turn
 */
export function makeSource({ size, hwm }, topics = ['']) {
  const at = topics[0].length;
  const least = 2 * hwm + Math.min(BATCH, hwm) + SPARE;
  const count = Math.ceil(least / topics.length) * topics.length;
  const slots = Array.from({ length: count }, (_none, i) => {
    const buffer = Buffer.allocUnsafeSlow(size).fill(97);
    buffer.write(topics[i % topics.length]);
    return buffer;
  });
  let slot = 0;
  const source = {
    sequence: 0,
    next() {
      const buffer = slots[slot];
      if (++slot === count) slot = 0;
      const sequence = source.sequence++;
      buffer.writeUInt32LE(sequence, at);
      buffer[size - 1] = sequence & 0xff;
      return buffer;
    },
  };
  return source;
}

/** Throws unless `data` is the message with that number, behind a topic of `at` bytes: in order, and whole. */
export function check(data, size, sequence, at = 0) {
  if (data.length === size && data.readUInt32LE(at) === sequence && data[size - 1] === (sequence & 0xff)) return;
  const found = data.length < at + 4 ? 'something' : data.readUInt32LE(at);
  throw new Error(`Expected message ${sequence} of ${size} bytes, received ${found} of ${data.length} bytes`);
}

/** The high-water marks of a row, as options of a socket. Both libraries call them so. */
/** Who receives is the server, when the messages are encrypted. The secret keys are the bytes 0 to 31 and 32 to 63. */
const curveServer = { curveServer: true, curveSecretKey: '009c61o!#m2NH?C3>iWS5d]J*6CRx17-skh9337x' };
const curveClient = {
  curveServerKey: 'K3HW^WVq.zo69t)(umF>:XvwTj:QGN^yKlWaVH(S',
  curvePublicKey: 'hgP.#hDUHSUiE^h?&P6wi8P5^Qk?rT(1ek&+[:+/',
  curveSecretKey: 'ar.{NbQB=+c[cR@eg&FcfFLssg=mfIi5%2YjuU>)',
};

export const sending = ({ hwm, curve }) => ({ sendHighWaterMark: hwm, ...(curve && curveClient) });
export const receiving = ({ hwm, curve }) => ({ receiveHighWaterMark: hwm, ...(curve && curveServer) });
export const both = (task) => ({ ...sending(task), ...receiving(task) });
