export interface Difference {
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
  readonly show?: (zmq: unknown) => Promise<unknown>;
  /** What `show` answers there and here. */
  readonly shown?: readonly [unknown, unknown];
}

export const differences: readonly Difference[];
export const absent: Readonly<Record<string, string>>;
