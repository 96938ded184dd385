import type { ILogger } from '../../core/contracts/logger.js';
import {
  COMMAND_COUNT,
  COMMANDS_MAX,
  CONTROL_SIZE,
  Command,
  type ConnectSpec,
  EVENTS_MAX,
  Event,
  type IRingClient,
  type IUringAddon,
  type ListenSpec,
  type OpenConfig,
  RECORD_SIZE,
  type RingStats,
} from './addon.js';
import { SendMemory } from './send-memory.js';
import { systemError } from './system-error.js';

/** A listener, an attempt to connect, or a connection, as its ring sees it. Never called from within its own calls. */
export interface ISlotOwner {
  onAccepted?(slot: number): void;
  onAcceptFailed?(errno: number): void;
  onConnected?(errno: number): void;
  onFailed?(errno: number, sending: boolean): void;
  /** The ring is gone; `onClosed` follows. */
  onLost?(error: Error): void;
  /** The slot is not this one's any more. */
  onClosed(): void;
}

/** What a connection hears besides. */
export interface IStreamOwner extends ISlotOwner {
  /** Bytes in memory that is the kernel's again afterwards. */
  onData(bytes: Buffer): void;
  /** Bytes in the memory that `receiveInto` was given. */
  onRead(size: number): void;
  onEnd(): void;
  /** After `pause` nothing more comes, until it is asked for. Not said where `onEnd` or `onFailed` is. */
  onPaused(): void;
  /** The oldest of what was sent and not answered is done. */
  onSent(): void;
}

/** The largest piece that is copied into the memory for sending, and the unit in which that memory is used. */
export const SLAB_SIZE = 262144;

/**
 * The ring, as the connections of one Context use it: commands go in, events come out, both many at a time. It is opened
 * when it is needed first. When it is lost it stays so, and this Context goes on with node:net.
 */
export class UringRing {
  private client: IRingClient | undefined = undefined;
  private shared: Int32Array = new Int32Array(0);
  private received: Buffer = Buffer.alloc(0);
  private sending: SendMemory | undefined = undefined;
  private readonly owners: (ISlotOwner | undefined)[] = [];
  private readonly streams: (IStreamOwner | undefined)[] = [];
  private trouble: Error | undefined = undefined;
  /** Kept here, because the addon holds it only while there are slots. */
  private readonly callback: (count: number, place: number) => void;

  /** @param addon answers the addon, where the probe found that it can be used. */
  public constructor(
    private readonly addon: () => IUringAddon | undefined,
    private readonly config: OpenConfig,
    private readonly logger: ILogger,
  ) {
    this.callback = (count, place) => this.dispatch(count, place);
  }

  /** Opens it, if it is not open. Why it cannot be used, or nothing. */
  public open(): Error | undefined {
    if (this.client !== undefined || this.trouble !== undefined) return this.trouble;
    const opened = this.addon()?.open(this.config, this.callback) ?? -1;
    if (typeof opened === 'number') {
      this.trouble = systemError(opened, 'io_uring_setup');
      this.logger.warn('io_uring cannot be used, although it was found: tcp goes on with node:net', {
        error: this.trouble,
      });
      return this.trouble;
    }
    this.client = opened;
    this.shared = new Int32Array(opened.shared);
    this.received = Buffer.from(opened.receiving);
    this.sending = new SendMemory(opened.sending, SLAB_SIZE);
    const { entries, bufferCount, bufferSize, spin } = opened;
    this.logger.debug('the ring is open', { entries, bufferCount, bufferSize, spin });
    return undefined;
  }

  /** Why it cannot be used any more; nothing while it can, or was not needed yet. */
  public get failure(): Error | undefined {
    return this.trouble;
  }

  /** False: the kernel has no buffers to receive into, and connections lend theirs. */
  public get hasReceiveBuffers(): boolean {
    return this.client?.hasReceiveBuffers === true;
  }

  /** A receive that fills one of them may have left more. */
  public get receiveBufferSize(): number {
    return this.client?.bufferSize ?? 0;
  }

  public get sendMemory(): SendMemory {
    return this.sending as SendMemory;
  }

  public get stats(): RingStats | undefined {
    return this.client?.stats();
  }

  /** A socket that listens: its slot, or -errno. */
  public listen(spec: ListenSpec, owner: ISlotOwner): number {
    return this.own((this.client as IRingClient).listen(spec), owner);
  }

  /** A socket that is being connected: its slot, or -errno. */
  public connect(spec: ConnectSpec, owner: ISlotOwner): number {
    return this.own((this.client as IRingClient).connect(spec), owner);
  }

  /** From now on the slot is a connection. */
  public adopt(slot: number, stream: IStreamOwner): void {
    this.owners[slot] = stream;
    this.streams[slot] = stream;
  }

  /** Both ends as host, port, host, port. */
  public addresses(slot: number): ReturnType<IRingClient['addresses']> {
    return (this.client as IRingClient).addresses(slot);
  }

  public keepAlive(slot: number, keeps: boolean): void {
    this.client?.keepAlive(slot, keeps);
  }

  /** A socket option that is an int; -errno when it has none. */
  public option(slot: number, level: number, name: number): number {
    return this.client?.option(slot, level, name) ?? -1;
  }

  /** Sends what lies in the memory for sending. */
  public send(slot: number, offset: number, size: number): void {
    this.command(Command.SEND, slot, offset, size);
  }

  /** Sends chunks. 1: all is sent. 0: their memory must stay as it is until `onSent`. Below: the slot is gone. */
  public sendChunks(slot: number, chunks: readonly Uint8Array[], zeroCopy: boolean): number {
    return (this.client as IRingClient).send(slot, chunks, zeroCopy);
  }

  public receive(slot: number, multishot: boolean): void {
    this.command(Command.RECEIVE, slot, multishot ? 1 : 0, 0);
  }

  /** Receives once into that memory. False: the slot is gone. */
  public receiveInto(slot: number, buffer: Uint8Array): boolean {
    return (this.client as IRingClient).receiveInto(slot, buffer) === 0;
  }

  public pause(slot: number): void {
    this.command(Command.PAUSE, slot, 0, 0);
  }

  public shutdown(slot: number): void {
    this.command(Command.SHUTDOWN, slot, 0, 0);
  }

  public close(slot: number): void {
    this.command(Command.CLOSE, slot, 0, 0);
  }

  /** `close`, of a listener whose address is to be free when this returns. */
  public closeNow(slot: number): void {
    this.close(slot);
    this.client?.flush();
  }

  public accept(slot: number): void {
    this.command(Command.ACCEPT, slot, 0, 0);
  }

  public cork(slot: number): void {
    this.command(Command.CORK, slot, 1, 0);
  }

  private own(slot: number, owner: ISlotOwner): number {
    if (slot >= 0) {
      this.owners[slot] = owner;
      this.streams[slot] = undefined;
    }
    return slot;
  }

  private command(kind: number, slot: number, a: number, b: number): void {
    const shared = this.shared;
    let count = shared[COMMAND_COUNT] as number;
    if (count === COMMANDS_MAX) {
      this.client?.flush();
      count = shared[COMMAND_COUNT] as number;
      if (count === COMMANDS_MAX) return; // The ring is lost, and with it what the command was for.
    }
    const at = CONTROL_SIZE + count * RECORD_SIZE;
    shared[at] = kind;
    shared[at + 1] = slot;
    shared[at + 2] = a;
    shared[at + 3] = b;
    shared[COMMAND_COUNT] = count + 1;
  }

  private dispatch(count: number, place: number): void {
    const begin = CONTROL_SIZE + (COMMANDS_MAX + place * EVENTS_MAX) * RECORD_SIZE;
    this.dispatchFrom(begin, begin + count * RECORD_SIZE);
  }

  private dispatchFrom(begin: number, end: number): void {
    let at = begin;
    try {
      while (at < end) {
        at += RECORD_SIZE;
        this.onEvent(at - RECORD_SIZE);
      }
    } finally {
      // An owner threw: that is not to cost the others what happened to them.
      if (at < end) this.dispatchFrom(at, end);
    }
  }

  private onEvent(at: number): void {
    const { shared, streams } = this;
    const kind = shared[at] as number;
    const slot = shared[at + 1] as number;
    const a = shared[at + 2] as number;
    const b = shared[at + 3] as number;
    switch (kind) {
      case Event.DATA:
        streams[slot]?.onData(this.received.subarray(b, b + a));
        break;
      case Event.SENT:
        streams[slot]?.onSent();
        break;
      case Event.READ:
        streams[slot]?.onRead(a);
        break;
      case Event.END:
        streams[slot]?.onEnd();
        break;
      case Event.PAUSED:
        streams[slot]?.onPaused();
        break;
      default:
        this.onRare(kind, slot, a, b);
    }
  }

  private onRare(kind: number, slot: number, a: number, b: number): void {
    const owner = this.owners[slot];
    switch (kind) {
      case Event.ACCEPTED:
        if (owner === undefined) this.close(a);
        else owner.onAccepted?.(a);
        break;
      case Event.ACCEPT_FAILED:
        owner?.onAcceptFailed?.(a);
        break;
      case Event.CONNECTED:
        owner?.onConnected?.(a);
        break;
      case Event.FAILED:
        owner?.onFailed?.(a, b === 1);
        break;
      case Event.CLOSED:
        this.owners[slot] = undefined;
        this.streams[slot] = undefined;
        owner?.onClosed();
        break;
      case Event.LOST:
        this.lose(systemError(a, 'io_uring_enter'));
        break;
      default:
    }
  }

  /** Says so once; each slot hears of its own end after it. */
  private lose(error: Error): void {
    this.trouble = error;
    this.logger.warn('the io_uring ring was lost: tcp goes on with node:net', { error });
    for (const owner of this.owners) owner?.onLost?.(error);
  }
}
