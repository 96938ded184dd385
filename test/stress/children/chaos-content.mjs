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
  if (size !== sizeOf(number) || (size > 0 && (data[0] !== (number & 255) || data[size - 1] !== (number & 255)))) {
    throw new Error(`message ${number} has a wrong body`);
  }
  return number;
}
