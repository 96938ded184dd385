import { AtExit } from './at-exit.js';
import { Context } from './context.js';

// What a process has one of (a thread, with worker_threads), because zeromq.js has one of it. This is the one place of the
// package with state that belongs to no object of the user's; until a first socket is made there is nothing behind it.

/** The Context of all sockets that are given no other. */
export const context: Context = new Context();

/** Sends what is queued before the process ends, as far as `linger` lets it. */
export const atExit: AtExit = new AtExit();
