/** `rzmq/compat`: the API of zeromq.js 6 on the sockets of this package. See docs/migrating-from-zeromq.md. */
export * from './api.js';
// zeromq.js is CommonJS: there, `import zmq from 'zeromq'` gives all of it.
export * as default from './api.js';
