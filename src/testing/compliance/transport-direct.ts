import assert from 'node:assert/strict';
import type { IDirectConnection, IDirectEnd, InMessage } from '../../plugin.js';
import { Events } from './clause.js';
import type { TransportClauses, TransportGround } from './transport-ground.js';

/** One end of a direct connection, which keeps what it is told. */
class ProbeEnd implements IDirectEnd {
  public readonly events: Events = new Events();
  public readonly routingId: Buffer = Buffer.alloc(0);
  public gone = false;
  public readonly peers: IDirectEnd[] = [];
  public readonly messages: InMessage[] = [];
  public closes = 0;
  public readonly inside: string[] = [];
  private calling: string | null = null;

  public constructor(
    private readonly connection: IDirectConnection,
    public readonly socketType: string,
  ) {}

  public open(): this {
    this.during('open', () => this.connection.open(this));
    return this;
  }

  public destroy(): void {
    this.during('destroy', () => this.connection.destroy());
  }

  public onPeer(peer: IDirectEnd): void {
    this.heard('onPeer');
    this.peers.push(peer);
    this.events.changed();
  }

  public onMessage(message: InMessage): boolean {
    this.messages.push(message);
    this.events.changed();
    return true;
  }

  public onRoom(): void {
    // The kit's ends are never full.
  }

  public onClosed(): void {
    this.heard('onClosed');
    this.closes++;
    this.gone = true;
    this.events.changed();
  }

  private heard(what: string): void {
    if (this.calling !== null) this.inside.push(`${what} came from within ${this.calling}`);
  }

  private during(what: string, call: () => void): void {
    this.calling = what;
    try {
      call();
    } finally {
      this.calling = null;
    }
  }
}

async function ends(ground: TransportGround): Promise<[ProbeEnd, ProbeEnd]> {
  const bound = await ground.bind();
  const [near, far] = await ground.open(bound);
  if (near.kind !== 'direct' || far.kind !== 'direct')
    assert.fail('a connection of this transport has the kind "direct"');
  return [new ProbeEnd(near, 'PUSH'), new ProbeEnd(far, 'PULL')];
}

/** What a connection inside the process has to keep. */
export const directClauses: TransportClauses = {
  'as soon as both ends are open, each hears who the other is, once': async (ground) => {
    const [near, far] = await ends(ground);
    near.open();
    await ground.bind();
    assert.equal(near.peers.length, 0, 'an end was told of a peer that has not opened');
    far.open();
    await near.events.until(() => near.peers.length > 0);
    await far.events.until(() => far.peers.length > 0);
    assert.deepEqual(
      [near.peers, far.peers].map((peers) => peers.map(({ socketType }) => socketType)),
      [['PULL'], ['PUSH']],
    );
  },

  'an end hears nothing from within open and destroy': async (ground) => {
    const [near, far] = await ends(ground);
    near.open();
    far.open();
    await far.events.until(() => far.peers.length > 0);
    near.destroy();
    await far.events.until(() => far.closes > 0);
    assert.deepEqual([...near.inside, ...far.inside], []);
  },

  'destroy closes both ends, once; twice is harmless': async (ground) => {
    const [near, far] = await ends(ground);
    near.open();
    far.open();
    await near.events.until(() => near.peers.length > 0);
    far.destroy();
    far.destroy();
    near.destroy();
    await near.events.until(() => near.closes > 0);
    await far.events.until(() => far.closes > 0);
    await ends(ground);
    assert.deepEqual([near.closes, far.closes], [1, 1], 'onClosed came more than once');
  },

  'an end that opens after destroy is told that it is closed': async (ground) => {
    const [near, far] = await ends(ground);
    near.open();
    near.destroy();
    far.open();
    await far.events.until(() => far.closes > 0);
    assert.equal(far.peers.length, 0, 'it was told of a peer that is gone');
  },
};
