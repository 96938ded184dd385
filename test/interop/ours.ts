import { Authenticator, Context, type ISocket, type SocketType } from 'rzmq';
import { digest, type FrameSpec, toBytes } from './content.mjs';
import { type Address, type Addressed, EventLog, type Options, type PeerSocket, type Side } from './peer.js';
import { admitted } from './security.js';

/** Lets in whom libzmq's side lets in too. */
function authenticator(): Authenticator {
  const { username, password, publicKey, userId } = admitted;
  return new Authenticator({
    plain: { [username]: password },
    curve: ({ publicKey: key }) => (key === publicKey ? { status: 200, userId } : false),
  });
}

/** Our library, in this process. */
export class Ours implements Side {
  readonly context = new Context({ authenticator: authenticator() });

  async socket(type: string, { numbered = {}, ...options }: Options = {}): Promise<OurSocket> {
    // Each typed socket has its part of ISocket; here the types come from a table.
    const socket = new OurSocket(this.context.socket(type as SocketType, { linger: 0, ...options }) as ISocket);
    for (const [option, value] of Object.entries(numbered)) await socket.set(Number(option), value);
    return socket;
  }

  async end(): Promise<void> {
    await this.context.term();
  }
}

export class OurSocket implements PeerSocket {
  readonly type: string;
  readonly events = new EventLog();

  constructor(private readonly socket: ISocket) {
    this.type = socket.type;
    socket.events.on('event', ({ type, error, endpoint, value }) => {
      this.events.add({ type, endpoint, value, ...(error !== undefined && { error: error.message }) });
    });
  }

  async bind(endpoint: string): Promise<string> {
    return await this.socket.bind(endpoint);
  }

  async unbind(endpoint: string): Promise<void> {
    await this.socket.unbind(endpoint);
  }

  async connect(endpoint: string): Promise<void> {
    await this.socket.connect(endpoint);
  }

  async disconnect(endpoint: string): Promise<void> {
    await this.socket.disconnect(endpoint);
  }

  async set(option: number, value: number | string): Promise<void> {
    await this.socket.setOption(option, value);
  }

  async read(option: number): Promise<number> {
    return Number(await this.socket.getOption(option));
  }

  async send(frames: readonly FrameSpec[]): Promise<void> {
    await this.socket.send(frames.map(toBytes));
  }

  async recv(): Promise<string[]> {
    return (await this.socket.recvMultipart()).map((frame) => digest(frame.data));
  }

  async recvNow(): Promise<string[] | undefined> {
    return this.socket.tryRecv()?.map((frame) => digest(frame.data));
  }

  async sendTo(frames: readonly FrameSpec[], address: Address): Promise<void> {
    await this.socket.send(frames.map(toBytes), address);
  }

  async recvFrom(): Promise<Addressed> {
    const msg = await this.socket.recv();
    return { body: digest(msg.data), group: msg.group, routingId: msg.routingId };
  }

  async join(group: string): Promise<void> {
    this.socket.join(group);
  }

  async leave(group: string): Promise<void> {
    this.socket.leave(group);
  }

  async connectPeer(endpoint: string): Promise<number> {
    return await this.socket.connectPeer(endpoint);
  }

  async flood(frames: readonly FrameSpec[], max: number): Promise<number> {
    const message = frames.map(toBytes);
    for (let taken = 0; taken < max; taken++) {
      try {
        await this.socket.send(message);
      } catch (error) {
        if ((error as { errno?: unknown }).errno === 'EAGAIN') return taken;
        throw error;
      }
    }
    return max;
  }

  async subscribe(topic: FrameSpec): Promise<void> {
    this.socket.subscribe(toBytes(topic));
  }

  async unsubscribe(topic: FrameSpec): Promise<void> {
    this.socket.unsubscribe(toBytes(topic));
  }

  async close(): Promise<void> {
    await this.socket.close();
  }
}
