/** `rzmq/compat/v5`: what `zeromq/v5-compat` is: the API of versions 4 and 5 of zeromq.js. */
export * from './v5-api.js';
// As in index.ts.
export * as default from './v5-api.js';
