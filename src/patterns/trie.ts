/** From this length on, one call of the native comparison is cheaper than a loop over the bytes. */
const LONG_LABEL = 64;

/** A step on the way down: the bytes that lead here from the parent, and the value of the key that ends here. */
class Node<V> {
  /** At least one byte, except in the root. */
  public label: Buffer;
  /** By the first byte of their labels, which are all different. */
  public children: Node<V>[] = [];
  public value: V | undefined;

  public constructor(label: Buffer, value: V | undefined) {
    this.label = label;
    this.value = value;
  }
}

/**
 * A map from bytes to values that finds the values of all prefixes of a key in one walk (a radix tree).
 *
 *   "" ── "news." ─┬─ "eu"        ◀ a value
 *                  └─ "us" ── ".ny"
 *
 * Every node except the root has a value or at least two children: a `delete` that leaves less joins what is left, so
 * that the memory follows the keys. Nothing recurses, because keys come from peers and may be long. Values may be
 * anything but `undefined`.
 */
export class Trie<V> {
  private readonly root: Node<V> = new Node<V>(Buffer.alloc(0), undefined);
  private keys = 0;

  /** The number of keys. */
  public get size(): number {
    return this.keys;
  }

  public get(key: Uint8Array): V | undefined {
    let node = this.root;
    let at = 0;
    while (at < key.length) {
      const child = childAt(node, key[at] as number);
      if (child === undefined || !startsWith(key, at, key.length, child.label)) return undefined;
      at += child.label.length;
      node = child;
    }
    return node.value;
  }

  /** Adds a key, or replaces its value. The bytes are copied. */
  public insert(key: Uint8Array, value: V): void {
    let node = this.root;
    let at = 0;
    while (at < key.length) {
      const child = childAt(node, key[at] as number);
      if (child === undefined) {
        addChild(node, new Node<V>(copyOf(key, at, key.length), value));
        this.keys++;
        return;
      }
      if (!startsWith(key, at, key.length, child.label)) split(child, commonLength(key, at, child.label));
      at += child.label.length;
      node = child;
    }
    if (node.value === undefined) this.keys++;
    node.value = value;
  }

  /** Removes a key. False: it was not there. */
  public delete(key: Uint8Array): boolean {
    let parent: Node<V> | undefined;
    let node = this.root;
    let at = 0;
    while (at < key.length) {
      const child = childAt(node, key[at] as number);
      if (child === undefined || !startsWith(key, at, key.length, child.label)) return false;
      at += child.label.length;
      parent = node;
      node = child;
    }
    if (node.value === undefined) return false;
    node.value = undefined;
    this.keys--;
    if (node.children.length === 0 && parent !== undefined) {
      removeChild(parent, node);
      node = parent;
    }
    if (node !== this.root && node.value === undefined && node.children.length === 1) join(node);
    return true;
  }

  /**
   * Writes the values of all keys that are a prefix of the given bytes to `into`, behind the `count` that are there, shortest
   * key first, and answers how many there are then. What stood behind them stays: emptying an array would give up its
   * memory, once per message.
   */
  public collect(bytes: Uint8Array, offset: number, length: number, into: V[], count = 0): number {
    const end = offset + length;
    let node = this.root;
    let at = offset;
    for (;;) {
      if (node.value !== undefined) into[count++] = node.value;
      if (at === end) return count;
      const child = childAt(node, bytes[at] as number);
      if (child === undefined || !startsWith(bytes, at, end, child.label)) return count;
      at += child.label.length;
      node = child;
    }
  }

  /** True when some key is a prefix of the given bytes. */
  public matches(bytes: Uint8Array, offset: number, length: number): boolean {
    const end = offset + length;
    let node = this.root;
    let at = offset;
    for (;;) {
      if (node.value !== undefined) return true;
      if (at === end) return false;
      const child = childAt(node, bytes[at] as number);
      if (child === undefined || !startsWith(bytes, at, end, child.label)) return false;
      at += child.label.length;
      node = child;
    }
  }

  /** All keys with their values, in the order of the bytes. Do not change the trie meanwhile. */
  public *entries(): IterableIterator<[Buffer, V]> {
    let key = Buffer.alloc(64);
    const path: Step<V>[] = [{ node: this.root, length: 0, next: 0 }];
    if (this.root.value !== undefined) yield [Buffer.alloc(0), this.root.value];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const child = step.node.children[step.next++];
      if (child === undefined) {
        path.pop();
        continue;
      }
      const length = step.length + child.label.length;
      if (length > key.length) key = Buffer.concat([key], length * 2);
      key.set(child.label, step.length);
      path.push({ node: child, length, next: 0 });
      if (child.value !== undefined) yield [Buffer.from(key.subarray(0, length)), child.value];
    }
  }
}

/** Where an iteration stands on one level. */
interface Step<V> {
  readonly node: Node<V>;
  /** The length of the key down to here. */
  readonly length: number;
  next: number;
}

/** The place of the first child whose label does not begin below `byte`. */
function placeOf<V>(node: Node<V>, byte: number): number {
  const children = node.children;
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (((children[middle] as Node<V>).label[0] as number) < byte) low = middle + 1;
    else high = middle;
  }
  return low;
}

function childAt<V>(node: Node<V>, byte: number): Node<V> | undefined {
  const child = node.children[placeOf(node, byte)];
  return child !== undefined && child.label[0] === byte ? child : undefined;
}

function addChild<V>(parent: Node<V>, child: Node<V>): void {
  parent.children.splice(placeOf(parent, child.label[0] as number), 0, child);
}

function removeChild<V>(parent: Node<V>, child: Node<V>): void {
  parent.children.splice(placeOf(parent, child.label[0] as number), 1);
}

/** True when the bytes from `at` to `end` begin with the label. */
function startsWith(bytes: Uint8Array, at: number, end: number, label: Buffer): boolean {
  const { length } = label;
  if (length > end - at) return false;
  if (length >= LONG_LABEL) return label.compare(bytes, at, at + length) === 0;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== label[i]) return false;
  return true;
}

/** How many bytes of the label the key has from `at` on. */
function commonLength(key: Uint8Array, at: number, label: Buffer): number {
  const limit = Math.min(label.length, key.length - at);
  let length = 0;
  while (length < limit && key[at + length] === label[length]) length++;
  return length;
}

/** Cuts a node in two after `length` bytes: the lower half keeps what it was, the upper half only leads there. */
function split<V>(node: Node<V>, length: number): void {
  const lower = new Node<V>(copyOf(node.label, length, node.label.length), node.value);
  lower.children = node.children;
  node.label = copyOf(node.label, 0, length);
  node.value = undefined;
  node.children = [lower];
}

/** Joins a node that has no value with its only child. */
function join<V>(node: Node<V>): void {
  const child = node.children[0] as Node<V>;
  const label = Buffer.alloc(node.label.length + child.label.length);
  label.set(node.label, 0);
  label.set(child.label, node.label.length);
  node.label = label;
  node.value = child.value;
  node.children = child.children;
}

/** Bytes of their own (not of Node's pool): a view would keep the whole key, or a whole read buffer, in memory. */
function copyOf(bytes: Uint8Array, from: number, to: number): Buffer {
  const copy = Buffer.alloc(to - from);
  copy.set(bytes.subarray(from, to));
  return copy;
}
