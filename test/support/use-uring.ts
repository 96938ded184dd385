import { expect } from '@jest/globals';
import { findOptionByProperty } from '../../src/core/options/table.js';
import { Context } from '../../src/index.js';

/**
 * For `npm run test:uring`: sockets ask for io_uring unless they say otherwise, as if that were the default. Fails where there is no
 * io_uring, so that nobody takes a run over node:net for one over io_uring.
 */
const option = findOptionByProperty('ioUringSessionEnabled') as { default: boolean };
option.default = true;
// Those in processes of their own: see `engine` of child-tools.mjs.
process.env['RZMQ_TEST_URING'] = '1';
const { available, reason } = new Context().capabilities.io_uring;
expect(`io_uring: ${available ? 'available' : reason}`).toBe('io_uring: available');
