import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownAddress } from '../../support/loopback.js';
import { RawPeers } from '../../support/spec-raw-peer.js';
import { LibzmqProcess } from '../libzmq.js';
import { Ours } from '../ours.js';
import type { Options, PeerSocket } from '../peer.js';
import { libzmqProxy, ourProxy, type SteeredProxy } from '../proxies.js';
import { WireTap } from '../wire-tap.js';
import type { Role, Stage, Transport } from './behaviour.js';

/** The two libraries. */
export type Library = 'ours' | 'libzmq';

/** Soon, so that nobody waits for the default of 100 ms. */
const SOON = { reconnectInterval: 10 };

/** Nothing that is awaited takes nearly as long. */
const DEADLINE_MS = 30_000;

/** A role that one play of a behaviour uses; `end` closes all that it made. */
interface Ending extends Role {
  end(): Promise<void>;
}

class OurRole implements Ending {
  private readonly lasting: Ours = new Ours();
  private mortal: Ours | undefined;
  private readonly proxies: SteeredProxy[] = [];

  socket(type: string, options: Options = {}): Promise<PeerSocket> {
    return this.lasting.socket(type, { ...SOON, ...options });
  }

  watched(type: string, options: Options = {}): Promise<PeerSocket> {
    this.mortal ??= new Ours();
    return this.mortal.socket(type, { ...SOON, ...options });
  }

  async vanish(): Promise<void> {
    const { mortal } = this;
    this.mortal = undefined;
    await mortal?.end();
  }

  async proxy(frontend: string, backend: string, control = 'PAIR'): Promise<SteeredProxy> {
    const proxy = await ourProxy(frontend, backend, control);
    this.proxies.push(proxy);
    return proxy;
  }

  async end(): Promise<void> {
    await this.vanish();
    for (const proxy of this.proxies) await proxy.close();
    await this.lasting.end();
  }
}

class LibzmqRole implements Ending {
  private readonly made: PeerSocket[] = [];
  private mortal: Promise<LibzmqProcess> | undefined;
  private readonly proxies: SteeredProxy[] = [];

  /** @param lasting serves many plays */
  constructor(private readonly lasting: LibzmqProcess) {}

  async socket(type: string, options: Options = {}): Promise<PeerSocket> {
    const socket = await this.lasting.socket(type, { ...SOON, ...options });
    this.made.push(socket);
    return socket;
  }

  async watched(type: string, options: Options = {}): Promise<PeerSocket> {
    this.mortal ??= LibzmqProcess.start({ handler: false });
    return await (await this.mortal).watchedSocket(type, { ...SOON, ...options });
  }

  async vanish(): Promise<void> {
    const { mortal } = this;
    this.mortal = undefined;
    await (await mortal)?.kill();
  }

  async proxy(frontend: string, backend: string, control = 'PAIR'): Promise<SteeredProxy> {
    const proxy = await libzmqProxy(frontend, backend, control);
    this.proxies.push(proxy);
    return proxy;
  }

  async end(): Promise<void> {
    await this.vanish();
    for (const proxy of this.proxies) await proxy.close();
    for (const socket of this.made) await socket.close();
  }
}

/** Makes stages, until its end. */
export class Theatre {
  private lastPath = 0;
  private readonly home: string = mkdtempSync(join(tmpdir(), 'rzmq-'));

  private constructor(private readonly processes: readonly [LibzmqProcess, LibzmqProcess]) {}

  static async open(): Promise<Theatre> {
    const start = () => LibzmqProcess.start({ handler: false });
    return new Theatre(await Promise.all([start(), start()]));
  }

  async close(): Promise<void> {
    for (const process of this.processes) await process.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Lets `play` have a stage with these libraries in the roles, and clears it after that, or when time is up. */
  async play(
    [a, b]: readonly [Library, Library],
    transport: Transport,
    play: (stage: Stage) => Promise<unknown>,
  ): Promise<unknown> {
    const roles = [this.role(a, 0), this.role(b, 1)] as const;
    const raw = new RawPeers();
    const taps: WireTap[] = [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`still waiting after ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
    });
    const path = () => `ipc://${join(this.home, String(++this.lastPath))}`;
    try {
      const stage: Stage = {
        a: roles[0],
        b: roles[1],
        transport,
        raw,
        endpoint: () => (transport === 'tcp' ? `tcp://${ownAddress()}:0` : path()),
        vacant: async () => {
          if (transport === 'ipc') return path();
          const placeholder = new RawPeers();
          const { endpoint } = await placeholder.listen('', ownAddress());
          placeholder.close();
          return endpoint;
        },
        tap: async (endpoint) => {
          const tap = await WireTap.before(endpoint);
          taps.push(tap);
          return tap;
        },
      };
      return await Promise.race([play(stage), late]);
    } finally {
      clearTimeout(timer);
      for (const role of roles) await role.end();
      for (const tap of taps) await tap.close();
      raw.close();
    }
  }

  private role(library: Library, place: 0 | 1): Ending {
    return library === 'ours' ? new OurRole() : new LibzmqRole(this.processes[place]);
  }
}
