/** What the addon (native/) and this side say to each other. native/src/protocol.h and binding.cc have the same. */

/** The version of all this; an addon of another one is not used. */
export const ADDON_INTERFACE = 1;

/** The shared numbers: first this many of control, then the commands, then the events in two places, four numbers each. */
export const CONTROL_SIZE = 16;
export const COMMANDS_MAX = 4096;
export const EVENTS_MAX = 4096;
export const RECORD_SIZE = 4;
/** Of the control: how many commands are there. */
export const COMMAND_COUNT = 0;

/** A command: kind, slot, a, b. */
export const Command = {
  /** a: offset in the memory for sending; b: size. */
  SEND: 1,
  /** From now on, until PAUSE, the end or a failure. a: 1 with one request for many receives. */
  RECEIVE: 2,
  PAUSE: 3,
  /** Tells the peer that nothing more comes. */
  SHUTDOWN: 4,
  /** The last command of a slot. */
  CLOSE: 5,
  /** Again, after ACCEPT_FAILED. */
  ACCEPT: 6,
  /** a: 1: packets that are not full wait for what follows in the queue. */
  CORK: 7,
} as const;

/** An event: kind, slot, a, b. */
export const Event = {
  /** a: size; b: offset in the memory for receiving, which is free again when the callback has returned. */
  DATA: 1,
  /** a: size, in the memory that `receiveInto` was given. */
  READ: 2,
  /** The peer has said that nothing more comes. */
  END: 3,
  /** a: errno; b: 1 of a send, 0 of a receive. */
  FAILED: 4,
  /** One SEND, or one `send`, is done, in the order in which they were asked for. */
  SENT: 5,
  /** a: the new slot. */
  ACCEPTED: 6,
  /** a: errno. */
  ACCEPT_FAILED: 7,
  /** a: errno, or 0. */
  CONNECTED: 8,
  /** The last event of a slot. */
  CLOSED: 9,
  /** a: errno. The ring is gone, with every slot. */
  LOST: 10,
  /** After PAUSE nothing more is received. Comes once for each, unless END or FAILED does. */
  PAUSED: 11,
} as const;

/** The features of io_uring (IORING_FEAT_…) and the operations (IORING_OP_…) that are asked for. */
export const Feature = { NODROP: 0x02, SUBMIT_STABLE: 0x04, FAST_POLL: 0x20 } as const;
export const Operation = { SENDMSG: 9, ACCEPT: 13, ASYNC_CANCEL: 14, CONNECT: 16, SEND: 26, RECV: 27 } as const;

/** What the addon has found out about the kernel. Numbers below 0 are those of errno. */
export interface ProbeFacts {
  /** The answer of io_uring_setup. */
  readonly setup: number;
  readonly features: number;
  readonly setupFlags: number;
  /** The answer of IORING_REGISTER_PROBE. */
  readonly operationsKnown: number;
  readonly operations: readonly number[];
  /** What came of one real round trip each; 0: it works. */
  readonly bufferRing: number;
  readonly multishotReceive: number;
  readonly sendZeroCopy: number;
}

/** How the ring of a Node environment is made. */
export interface RingSizes {
  /** Requests that are handed over in one go. */
  readonly entries: number;
  /** The buffers for what arrives, of all connections; a power of two. */
  readonly bufferCount: number;
  readonly bufferSize: number;
  /** Microseconds. */
  readonly spin: number;
}

export interface OpenConfig extends RingSizes {
  /** The memory for what is sent, of this Context. */
  readonly sendSize: number;
}

/** How a socket is set up: level, name and value of each setsockopt, one after the other. */
export interface SocketSpec {
  readonly settings: readonly number[];
  /** SO_BINDTODEVICE. */
  readonly device: string;
}

export interface ListenSpec extends SocketSpec {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
}

export interface ConnectSpec extends SocketSpec {
  readonly host: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
}

/** Host and port of this side, host and port of the other; empty and 0 where there is none. */
export type SlotAddresses = readonly [string, number, string, number];

/** Counters, for tests and measurements. */
export interface RingStats {
  readonly enters: number;
  readonly submissions: number;
  readonly completions: number;
  /** How often the completion ring was too small. */
  readonly overflows: number;
  /** How often there was no buffer for what arrived. */
  readonly noBuffers: number;
  /** How often the submission ring was too small. */
  readonly noRoom: number;
  readonly spins: number;
  readonly spinHits: number;
  /** Sends without a copy whose memory was given back. */
  readonly notifications: number;
  /** Sockets, and what the kernel has not answered for the last time. */
  readonly slots: number;
  readonly underWay: number;
}

/** One user of the ring. Numbers below 0 are those of errno. */
export interface IRingClient extends RingSizes {
  readonly shared: ArrayBuffer;
  readonly sending: ArrayBuffer;
  readonly receiving: ArrayBuffer;
  readonly hasReceiveBuffers: boolean;
  listen(spec: ListenSpec): number;
  connect(spec: ConnectSpec): number;
  addresses(slot: number): SlotAddresses;
  /** 1: all is sent. 0: the memory must stay as it is until SENT. */
  send(slot: number, chunks: readonly Uint8Array[], zeroCopy: boolean): number;
  /** The memory is the kernel's until READ, END or FAILED. */
  receiveInto(slot: number, buffer: Uint8Array): number;
  keepAlive(slot: number, keeps: boolean): void;
  flush(): void;
  option(slot: number, level: number, name: number): number;
  stats(): RingStats;
}

/** The addon. */
export interface IUringAddon {
  readonly interface: number;
  probe(): ProbeFacts;
  /** The callback is told how many events there are, and in which of the two places. */
  open(config: OpenConfig, callback: (count: number, place: number) => void): IRingClient | number;
}

/** True for what can be used as the addon. */
export function isUringAddon(module: unknown): module is IUringAddon {
  const addon = module as Partial<Record<keyof IUringAddon, unknown>> | null | undefined;
  return addon?.interface === ADDON_INTERFACE && typeof addon.probe === 'function' && typeof addon.open === 'function';
}
