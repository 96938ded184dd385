import { describe, expect, it } from '@jest/globals';
import type { CapabilityReport } from '../../../src/core/contracts/capability-probe.js';
import type { ITransport } from '../../../src/core/contracts/transport.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { SilentLogger } from '../../../src/engines/services/node-services.js';
import { ADDON_INTERFACE, COMMANDS_MAX, Command, Event, type IUringAddon } from '../../../src/engines/uring/addon.js';
import { UringEngineFactory } from '../../../src/engines/uring/uring-engine.js';
import { type ISlotOwner, UringRing } from '../../../src/engines/uring/uring-ring.js';
import { UringTcpTransport } from '../../../src/engines/uring/uring-tcp.js';
import { EngineGround } from '../../support/engine-ground.js';
import { CONFIG, ManualAddon } from '../../support/manual-addon.js';

const yes = { available: true, reason: 'it is there' };
const CAPABILITIES: CapabilityReport = {
  io_uring: yes,
  'io_uring.multishot_recv': yes,
  'io_uring.buffer_ring': yes,
  'io_uring.send_zc': yes,
};
const ENOMEM = 12;

class Warnings extends SilentLogger {
  public readonly warnings: string[] = [];
  public override warn(message?: string): void {
    this.warnings.push(String(message));
  }
}

class Owner implements ISlotOwner {
  public readonly heard: string[] = [];
  public onConnected(errno: number): void {
    this.heard.push(`connected ${errno}`);
  }
  public onFailed(errno: number): void {
    this.heard.push(`failed ${errno}`);
  }
  public onLost(error: Error): void {
    this.heard.push(`lost: ${error.message}`);
  }
  public onClosed(): void {
    this.heard.push('closed');
  }
}

const connectSpec = { host: '127.0.0.1', port: 1, localHost: '', localPort: 0, settings: [], device: '' };

describe('a ring', () => {
  it('that cannot be opened says so once, is not tried again, and node:net takes its place', async () => {
    let tried = 0;
    const open = (): number => {
      tried++;
      return -ENOMEM;
    };
    const addon: IUringAddon = { interface: ADDON_INTERFACE, probe: () => undefined as never, open };
    const logger = new Warnings();
    const ring = new UringRing(() => addon, CONFIG, logger);
    expect(ring.failure).toBeUndefined();
    for (let i = 0; i < 2; i++) expect(ring.open()).toMatchObject({ code: 'ENOMEM', errno: -ENOMEM });
    expect([tried, logger.warnings]).toEqual([1, [expect.stringContaining('goes on with node:net')]]);

    const ground = new EngineGround();
    const calls: string[] = [];
    const fallback = {
      schemes: ['tcp'],
      check: () => undefined,
      listen: async () => calls.push('listen'),
      connect: async () => calls.push('connect'),
    } as unknown as ITransport;
    const tcp = new UringTcpTransport(ground.clock, ground.scheduler, ring, () => CAPABILITIES, fallback);
    const endpoint = { scheme: 'tcp', address: '127.0.0.1:1', endpoint: 'tcp://127.0.0.1:1' };
    const options = { ...defaultValues('PUSH'), ioUringSessionEnabled: true };
    await tcp.listen(endpoint, options, {} as never);
    await tcp.connect(endpoint, options, new AbortController().signal);
    expect(calls).toEqual(['listen', 'connect']);
    // But not with what only the ring can do.
    const special = { ...options, typeOfService: 8 };
    const refused = { code: 'UnsupportedOption', fatal: true };
    await expect(tcp.listen(endpoint, special, {} as never)).rejects.toMatchObject(refused);
    await expect(tcp.connect(endpoint, special, new AbortController().signal)).rejects.toMatchObject(refused);

    const engine = new UringEngineFactory(ground.factory, ring, tcp);
    expect(engine.offer('tcp', options, CAPABILITIES)).toMatchObject({ serves: false });
    expect(engine.trouble).toMatch(/ENOMEM.*node:net/);
  });

  it('that is lost tells every slot, and then that it is closed', () => {
    const addon = new ManualAddon();
    const logger = new Warnings();
    const ring = new UringRing(() => addon, CONFIG, logger);
    expect(ring.open()).toBeUndefined();
    const owners = [new Owner(), new Owner()];
    for (const owner of owners) ring.connect(connectSpec, owner);
    addon.say([
      [Event.CONNECTED, 0, 0],
      [Event.LOST, 0, 9],
      [Event.CLOSED, 0],
      [Event.CLOSED, 1],
    ]);
    const lost = 'lost: io_uring_enter EBADF';
    expect(owners.map(({ heard }) => heard)).toEqual([
      ['connected 0', lost, 'closed'],
      [lost, 'closed'],
    ]);
    expect(logger.warnings).toHaveLength(1);
    expect(ring.open()).toMatchObject({ code: 'EBADF' });
  });

  it('tells the others what happened to them, although an owner throws', () => {
    const addon = new ManualAddon();
    const ring = new UringRing(() => addon, CONFIG, new SilentLogger());
    ring.open();
    const owners = [new Owner(), new Owner(), new Owner()];
    for (const owner of owners) ring.connect(connectSpec, owner);
    owners[1]!.onConnected = () => {
      throw new Error('a fault');
    };
    const all = owners.map((_, slot) => [Event.CONNECTED, slot, 0] as const);
    expect(() => addon.say(all)).toThrow('a fault');
    expect(owners.map(({ heard }) => heard)).toEqual([['connected 0'], [], ['connected 0']]);
  });

  it('hands its commands over when there is no room for more, and loses none', () => {
    const addon = new ManualAddon();
    const ring = new UringRing(() => addon, CONFIG, new SilentLogger());
    ring.open();
    const count = 2 * COMMANDS_MAX + 1;
    for (let i = 0; i < count; i++) ring.send(i, i, 1);
    expect(addon.commands).toHaveLength(2 * COMMANDS_MAX);
    expect(addon.commands.at(-1)).toEqual([Command.SEND, count - 2, count - 2, 1]);
  });

  it('closes a connection that nobody wants any more, and forgets a slot with its end', () => {
    const addon = new ManualAddon();
    const ring = new UringRing(() => addon, CONFIG, new SilentLogger());
    ring.open();
    const owner = new Owner();
    const slot = ring.listen({ ...connectSpec, backlog: 1 }, owner);
    addon.say([[Event.CLOSED, slot]], 1);
    addon.say([
      [Event.ACCEPTED, slot, 7],
      [Event.FAILED, slot, 1],
    ]);
    expect(owner.heard).toEqual(['closed']);
    ring.receive(slot, true);
    for (let i = 0; i < COMMANDS_MAX; i++) ring.pause(slot);
    expect(addon.commands.slice(0, 2)).toEqual([
      [Command.CLOSE, 7, 0, 0],
      [Command.RECEIVE, slot, 1, 0],
    ]);
  });
});
