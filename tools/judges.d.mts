/** The test files that have to be left out here; what is there is in the environment afterwards (`PYZMQ_PYTHON`, `STUNNEL`). */
export function leftOut(): readonly string[];
