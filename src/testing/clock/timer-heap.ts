/** A callback that is due at a time. */
export interface HeapTimer {
  readonly at: number;
  /** Of two that are due at once, the one that was made first comes first. */
  readonly order: number;
  callback: (() => void) | null;
}

/** Timers by time, then by the order in which they were made. A cancelled one stays until it is on top. */
export class TimerHeap {
  private readonly heap: HeapTimer[] = [];
  private made = 0;

  public add(at: number, callback: () => void): HeapTimer {
    const timer: HeapTimer = { at, order: this.made++, callback };
    const { heap } = this;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (!before(timer, heap[above]!)) break;
      heap[i] = heap[above]!;
      i = above;
    }
    heap[i] = timer;
    return timer;
  }

  /** When the next one is due; infinity when there is none. */
  public get next(): number {
    const { heap } = this;
    while (heap.length > 0 && heap[0]!.callback === null) this.pop();
    return heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one off. Called only when there is one. */
  public take(): () => void {
    const timer = this.pop();
    const callback = timer.callback as () => void;
    timer.callback = null;
    return callback;
  }

  /** How many wait. */
  public get size(): number {
    return this.heap.reduce((count, { callback }) => (callback === null ? count : count + 1), 0);
  }

  private pop(): HeapTimer {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return first;
    let i = 0;
    for (;;) {
      let below = i * 2 + 1;
      if (below >= length) break;
      if (below + 1 < length && before(heap[below + 1]!, heap[below]!)) below++;
      if (!before(heap[below]!, last)) break;
      heap[i] = heap[below]!;
      i = below;
    }
    heap[i] = last;
    return first;
  }
}

function before(a: HeapTimer, b: HeapTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
