// The child's end of the conversation with bench/pair.ts.

export function connectControl() {
  /** What the parent said last, read by the loops of the roles. A plain object: reading it costs nothing. */
  const control = {
    stopping: false,
    /** The number of messages that the other side has sent; -1 while it is still sending. */
    expected: -1,
    /** Called when `expected` has become known, since no further message may arrive to look at it. */
    onExpect: () => {},
    /** Resolves to the endpoint of the other side. */
    endpoint: undefined,
    ready: (endpoint) => process.send({ ready: endpoint }),
    result: (result) => process.send({ result }),
    sent: (sent) => process.send({ sent }),
    complete: () => process.send({ complete: true }),
    fail: (error) => process.send({ error: error.stack ?? String(error) }, () => process.exit(1)),
  };
  control.endpoint = new Promise((resolve) => {
    process.on('message', (message) => {
      if (message.endpoint !== undefined) resolve(message.endpoint);
      if (message.stop) control.stopping = true;
      if (message.expect !== undefined) {
        control.expected = message.expect;
        control.onExpect();
      }
      // A profile (--cpu-prof) is written on a regular exit only.
      if (message.quit) process.exit(0);
    });
  });
  // Without a parent nobody would ever stop us, and a plain exit may wait for the library.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('unhandledRejection', control.fail);
  process.on('uncaughtException', control.fail);
  return control;
}

/** Counts what arrives and says `complete` when all of it has. Every message must pass through it. */
export function completion(control) {
  const state = {
    count: 0,
    check() {
      if (control.expected >= 0 && state.count === control.expected) control.complete();
      if (control.expected >= 0 && state.count > control.expected)
        control.fail(new Error('More arrived than was sent'));
    },
  };
  control.onExpect = state.check;
  return state;
}
