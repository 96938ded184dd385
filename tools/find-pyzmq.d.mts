/** The command of the Python that has pyzmq; `undefined`, with words on stderr, when there is none. */
export function findPyzmq(): string | undefined;
