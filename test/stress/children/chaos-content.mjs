/** The numbered messages of the chaos: what they look like, and whether they still do when they arrive. */

/** Small mostly, and some that need a buffer of their own. */
const sizeOf = (number) => (number % 97 === 0 ? 300_000 : (number * 7919) % 1500);

/** Two frames: the number, and a body that follows from it. */
export function message(number) {
  const head = Buffer.alloc(8);
  head.writeDoubleLE(number);
  return [head, Buffer.alloc(sizeOf(number), number & 255)];
}

/** The number of a message; throws when it is not what was sent. */
export function numberOf(head, body) {
  const number = head.data.readDoubleLE();
  const { data, size } = body;
  if (!data.equals(Buffer.alloc(sizeOf(number), number & 255))) {
    const wrong = data.findIndex((byte) => byte !== (number & 255));
    const what = `${size} bytes instead of ${sizeOf(number)}, the first wrong one at ${wrong}`;
    throw new Error(
      `message ${number} has a wrong body: ${what}; ${data.toString('hex', Math.max(0, wrong), wrong + 64)}`,
    );
  }
  return number;
}
