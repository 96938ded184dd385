import type { Behaviour } from './behaviour.js';
import { CONNECTIONS } from './connections.js';
import { DRAFTS } from './drafts.js';
import { EVENTS } from './events.js';
import { HEARTBEATS } from './heartbeats.js';
import { PROXYING } from './proxying.js';
import { PUBLISHING } from './publishing.js';
import { QUEUES } from './queues.js';
import { ROUTING } from './routing.js';
import { STREAMS } from './streams.js';

/** Every behaviour of libzmq that has a wire or a timing. */
export const BEHAVIOURS: readonly Behaviour[] = [
  ...QUEUES,
  ...CONNECTIONS,
  ...HEARTBEATS,
  ...ROUTING,
  ...PUBLISHING,
  ...STREAMS,
  ...DRAFTS,
  ...EVENTS,
  ...PROXYING,
];
