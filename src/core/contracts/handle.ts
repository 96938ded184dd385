/**
 * Something that keeps the process alive while it is there: a connection, a listening address, a timer. Without these
 * methods it always does.
 */
export interface IHandle {
  /** It keeps the process alive, as it does at first. */
  ref?(): void;
  /** The process may end although it is there. */
  unref?(): void;
}
