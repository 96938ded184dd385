// Finds the programs of others that judge this package: pyzmq, stunnel, and a Jupyter kernel. Where one is not there, the test files that need
// it cannot run: they are left out, and this says so. The tests find them by the environment, which workers inherit.
import { spawnSync } from 'node:child_process';

/** Answers 1 where there is no pyzmq, and 2 where its libzmq has no WebSockets. */
const LOOK = `
import importlib.util as u, sys
if u.find_spec('zmq') is None: sys.exit(1)
import zmq
sys.exit(0 if zmq.has('WS') else 2)`;

/** The second is Debian's, which python3-zmq belongs to. */
const PYTHONS = ['python3', '/usr/bin/python3'];

function findPyzmq() {
  const { PYZMQ_PYTHON } = process.env;
  if (PYZMQ_PYTHON !== undefined) return;
  const found = PYTHONS.map((python) => [python, spawnSync(python, ['-c', LOOK]).status]);
  const [python] = found.find(([, status]) => status === 0) ?? found.find(([, status]) => status === 2) ?? [];
  if (python === undefined) return;
  process.env.PYZMQ_PYTHON = python;
  if (found.some(([, status]) => status === 0)) process.env.PYZMQ_WS = 'yes';
}

function findStunnel() {
  if (process.env.STUNNEL !== undefined) return;
  const found = ['stunnel', 'stunnel4', '/usr/bin/stunnel4'].find((name) => spawnSync(name, ['-version']).status === 0);
  if (found !== undefined) process.env.STUNNEL = found;
}

function findIpykernel() {
  if (process.env.IPYKERNEL_PYTHON !== undefined) return;
  const look =
    "import importlib.util as u, sys; sys.exit(u.find_spec('zmq') is None or u.find_spec('ipykernel') is None)";
  const found = PYTHONS.find((python) => spawnSync(python, ['-c', look]).status === 0);
  if (found !== undefined) process.env.IPYKERNEL_PYTHON = found;
}

/** The test files that have to be left out here. The first time, stderr says why. */
export function leftOut() {
  const first = process.env.JUDGES_FOUND === undefined;
  if (first) {
    findPyzmq();
    findStunnel();
    findIpykernel();
    process.env.JUDGES_FOUND = 'yes';
  }
  const missing = [
    ['pyzmq.test.ts', process.env.PYZMQ_PYTHON, 'pyzmq is not here (Debian: apt-get install python3-zmq)'],
    [
      'pyzmq-ws.test.ts',
      process.env.PYZMQ_WS,
      'a pyzmq with WebSockets is not here (Debian: apt-get install python3-zmq)',
    ],
    ['stunnel.test.ts', process.env.STUNNEL, 'stunnel is not here (Debian: apt-get install stunnel4)'],
    [
      'jupyter.test.ts',
      process.env.IPYKERNEL_PYTHON,
      'ipykernel is not here (Debian: apt-get install python3-ipykernel)',
    ],
  ].filter(([, there]) => there === undefined);
  if (first) for (const [file, , why] of missing) console.error(`NOT RUN: ${file}, because ${why}`);
  return missing.map(([file]) => file);
}
