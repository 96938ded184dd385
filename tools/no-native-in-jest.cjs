// Jest maps `zeromq` to this file. The native binding must not be loaded into a Jest worker: it keeps threads and
// handles that outlive a test file. Use it from a child process instead (see test/interop).
throw new Error('zeromq (the native binding) may only be loaded in a child process, never in a Jest worker');
