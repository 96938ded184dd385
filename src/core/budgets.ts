/**
 * Every number that trades speed for memory or fairness, with what it was measured to do. `docs/performance.md` says how
 * to measure again. Change one only together with its measurement.
 */

/** Bytes that one connection may collect before it writes them in one go: 64 KiB, one large write to the kernel. */
export const BATCH_SIZE = 65536;

/** A connection starts with a small batch, so that thousands of quiet ones cost little; the first full one is exchanged. */
export const BATCH_INITIAL_SIZE = 2048;

/** A frame up to this size is copied into the batch; a larger one is kept by reference and written with writev. */
export const COPY_LIMIT = 16384;

/** With this much referenced and not yet written, the batch is written at once instead of at the end of the turn. */
export const SEGMENT_LIMIT: number = 1 << 20;

/**
 * Bytes that the sockets of a Context may send within one turn of the event loop before `send` makes its caller
 * wait for the next turn, so that a tight `await send` loop leaves timers, reads and other sockets their share.
 */
export const TURN_BUDGET = 262144;

/**
 * What one message costs of the turn budget beside its bytes, so that a loop whose messages are dropped or only queued
 * yields too: 16,384 of them take one or two milliseconds.
 */
export const MESSAGE_COST = 16;

/**
 * The same while something else in the Context is read from: a turn of 800 messages of 64 B instead of 3200.
 */
export const MESSAGE_COST_IN_COMPANY = 256;

/**
 * What a message that is lost at the high-water mark costs of the turn budget: a peer that is behind catches up only
 * when the event loop turns. With 256 losses a turn, a subscriber that stands still costs the others nothing to speak of.
 */
export const LOSS_COST = 1024;

/**
 * What one connection reads before the others, and everything else, have their turn. Without it, a 10 ms timer beside a flood
 * of 64 B messages was 5 ms late at the median, and another stream got a tenth of its rate; with it, 0 ms and a third (four
 * processes on two cores). It costs the flood nothing that could be measured.
 */
export const READ_BUDGET = 262144;

/**
 * The memory that one read goes into. Messages are windows on it, so it is never reused, only replaced. Measured against
 * 64 KiB: a third less time per message of 8 KB and of 64 KB (more of them lie whole in one slab), none at 64 B and 1 KB.
 */
export const SLAB_SIZE = 262144;

/**
 * What a message of a raw connection (STREAM) holds at most: RCVHWM counts messages, and is to bound memory too. libzmq has
 * the same.
 */
export const RAW_CHUNK_SIZE = 8192;

/** A connection starts with a small slab, and gets larger ones (eight times as large) after each read that filled it. */
export const SLAB_INITIAL_SIZE = 8192;
export const SLAB_GROWTH = 8;

/** A slab with less room than this is replaced: short reads cost more than the memory that is left. */
export const SLAB_MINIMUM_ROOM = 4096;

/** A body of at least this size gets memory of its own, which following reads go straight into. */
export const OWN_BUFFER_SIZE = 262144;

/** A body is believed up to this size: beyond it, memory grows only with the bytes that really arrive. */
export const BODY_TRUST: number = 1 << 24;

/** The frames that one message may have. libzmq has no bound; no honest peer comes near. */
export const MAX_FRAMES_PER_MESSAGE: number = 1 << 20;

/**
 * The properties that a peer may have in its handshake. Each costs more memory here than its bytes; libzmq has no bound, and
 * sends two beside those of ZMQ_METADATA.
 */
export const MAX_PROPERTIES = 1024;

/**
 * The milliseconds for which an accepted connection keeps its place in the handshake though MAX_HANDSHAKES are exceeded, and
 * how many times as many there may be then. 3000 DEALERs of one process that connected at once were 2 s in their
 * handshakes: the first to go were honest, and one that had just become ready lost its message.
 */
export const HANDSHAKE_GRACE = 5000;
export const HANDSHAKE_BURST = 4;

/**
 * After so many commands of one peer a connection lets the event loop turn: no high-water mark holds them back, and a PING
 * costs about a microsecond. Without it, a flood of PINGs kept everybody else waiting for 16 ms at the median and 29 at
 * the 99th percentile; with it for 0.4 and 3.5. An honest peer sends one now and then.
 */
export const COMMANDS_PER_TURN = 1024;

/**
 * The messages of one peer that a publisher works off before it lets the event loop turn: subscriptions take effect at once,
 * so no high-water mark holds them back, and each costs some microseconds. Without it a peer that sends a million of
 * them kept everybody else waiting for seconds; with it for some ten milliseconds at a time.
 */
export const SUBSCRIPTIONS_PER_TURN = 1024;

/**
 * The bytes of topic that MAX_SUBSCRIPTIONS allows for each subscription, on average: what a peer may make us keep is that
 * many times the other.
 */
export const TOPIC_SIZE_ALLOWANCE = 256;

/** Commands of the library to itself that a mailbox holds before `post` refuses more. */
export const MAILBOX_CAPACITY = 65536;

/**
 * The milliseconds between two `dropped` events of one reason: a publisher that outruns a subscriber loses a hundred
 * thousand messages a second, and whoever listens wants to know that, and not each of them.
 */
export const DROP_REPORT_INTERVAL = 1000;
