/** Shows a type as its own keys and values. */
export type Expand<T> = T extends infer O ? { [K in keyof O]: O[K] } : never;

/** `Same` when the two types are the very same, `readonly` included. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- two functions are compared, not called */
type IfSame<X, Y, Same, Other = never> =
  (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? Same : Other;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/** The properties of `T` that can be set: no methods, nothing readonly. */
export type WritableKeys<T> = {
  [P in keyof T]-?: T[P] extends (...args: never[]) => unknown
    ? never
    : IfSame<{ [Q in P]: T[P] }, { -readonly [Q in P]: T[P] }, P>;
}[keyof T];

/** What the constructor of `T` can be given: all that can be set, and `E`. */
export type Options<T, E = unknown> = Expand<Partial<E & Pick<T, WritableKeys<T>>>>;
