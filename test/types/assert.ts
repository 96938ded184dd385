/** True when the two types are the same, and not only assignable to one another. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the comparison is about how T is used
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only with `true`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- its whole point is the constraint
export function expectTrue<_T extends true>(): void {}
