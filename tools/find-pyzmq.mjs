// Finds the Python that has pyzmq, for test/interop/pyzmq.test.ts and the proxies of libzmq in test/interop/behaviours.
// Where there is none, they cannot run: they are left out, and this says so.
import { spawnSync } from 'node:child_process';

const LOOK = "import importlib.util as u, sys; sys.exit(u.find_spec('zmq') is None)";

/** The command of that Python; `undefined`, with words on stderr, when there is none. */
export function findPyzmq() {
  // The second is Debian's, which python3-zmq belongs to.
  const found = ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', LOOK]).status === 0);
  if (found === undefined) {
    console.error(
      'NOT RUN: test/interop/pyzmq.test.ts and the proxies of libzmq, because pyzmq is not here (Debian: apt-get install python3-zmq)',
    );
  }
  return found;
}
