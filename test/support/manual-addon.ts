import {
  ADDON_INTERFACE,
  COMMANDS_MAX,
  CONTROL_SIZE,
  EVENTS_MAX,
  type IRingClient,
  type IUringAddon,
} from '../../src/engines/uring/addon.js';

const SIZES = { entries: 8, bufferCount: 8, bufferSize: 1024, spin: 0 };
/** How its ring is opened. */
export const CONFIG = { ...SIZES, sendSize: 262_144 };

/** An addon whose kernel is the test: it takes commands, and says what happens. */
export class ManualAddon implements IUringAddon {
  public readonly interface = ADDON_INTERFACE;
  public readonly commands: number[][] = [];
  private readonly shared = new Int32Array(CONTROL_SIZE + (COMMANDS_MAX + 2 * EVENTS_MAX) * 4);
  private tell: (count: number, place: number) => void = () => undefined;
  private slots = 0;
  private flush: () => void = () => undefined;

  public probe(): never {
    throw new Error('the probe is not asked');
  }

  public open(_config: unknown, callback: (count: number, place: number) => void): IRingClient {
    this.tell = callback;
    const flush = (): void => {
      const count = this.shared[0]!;
      for (let i = 0; i < count; i++) {
        const at = CONTROL_SIZE + i * 4;
        this.commands.push([...this.shared.subarray(at, at + 4)]);
      }
      this.shared[0] = 0;
    };
    this.flush = flush;
    return {
      ...SIZES,
      shared: this.shared.buffer,
      sending: new ArrayBuffer(262_144),
      receiving: new ArrayBuffer(8192),
      hasReceiveBuffers: true,
      listen: () => this.slots++,
      connect: () => this.slots++,
      addresses: () => ['127.0.0.1', 1, '127.0.0.1', 2],
      send: () => 0,
      receiveInto: () => 0,
      keepAlive: () => undefined,
      flush,
      option: () => 0,
      stats: () => {
        throw new Error('nobody asks');
      },
    };
  }

  /** The commands that were given since the last time. */
  public takeCommands(): number[][] {
    this.flush();
    return this.commands.splice(0);
  }

  /** Events as the kernel would say them, in one of the two places. */
  public say(events: readonly (readonly [kind: number, slot: number, a?: number])[], place = 0): void {
    events.forEach(([kind, slot, a = 0], i) => {
      this.shared.set([kind, slot, a, 0], CONTROL_SIZE + (COMMANDS_MAX + place * EVENTS_MAX + i) * 4);
    });
    this.tell(events.length, place);
  }
}
