import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A WebSocket whose messages a test decides about. */
export class RawWebSocket {
  private readonly arrived: string[] = [];
  private closing: { readonly code: number; readonly reason: string } | undefined;
  private onChange: (() => void) | null = null;

  private constructor(public readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.note(() => this.arrived.push(data.toString('hex'))));
    ws.on('close', (code, reason: Buffer) => this.note(() => (this.closing = { code, reason: String(reason) })));
    ws.on('error', () => undefined);
  }

  /** Connects with these sub-protocols; rejects with the status and the text of a refusal. */
  public static async connect(endpoint: string, protocols: string, options: object = {}): Promise<RawWebSocket> {
    const headers = protocols === '' ? {} : { 'Sec-WebSocket-Protocol': protocols };
    const ws = new WebSocket(endpoint.replace('*', '127.0.0.1'), { headers, ...options });
    const raw = new RawWebSocket(ws);
    // To `ws` a name with a slash is none.
    ws.on('upgrade', (response) => Reflect.deleteProperty(response.headers, 'sec-websocket-protocol'));
    const refused = once(ws, 'unexpected-response').then(async ([, response]) => {
      let text = '';
      for await (const bytes of response as AsyncIterable<Buffer>) text += String(bytes);
      throw new Error(`${String((response as { statusCode: number }).statusCode)} ${text}`);
    });
    await Promise.race([once(ws, 'open'), refused]);
    refused.catch(() => undefined);
    return raw;
  }

  /** Sends bytes, as one message. */
  public send(hex: string): void {
    this.ws.send(Buffer.from(hex, 'hex'));
  }

  /** Answers READY of a peer of that type; what the socket sent before is taken. */
  public async shake(socketType: string): Promise<void> {
    await this.next();
    const type = Buffer.from(socketType);
    const property = Buffer.concat([Buffer.from('\x0bSocket-Type\0\0\0'), Buffer.of(type.length), type]);
    this.ws.send(Buffer.concat([Buffer.from('\x02\x05READY'), property]));
  }

  /** The next message, in hexadecimal. */
  public async next(): Promise<string> {
    while (this.arrived.length === 0) {
      if (this.closing !== undefined) throw new Error(`closed with ${this.closing.code}`);
      await this.changed();
    }
    return this.arrived.shift() as string;
  }

  /** The code that it was closed with. */
  public async closed(): Promise<number> {
    while (this.closing === undefined) await this.changed();
    return this.closing.code;
  }

  private note(what: () => unknown): void {
    what();
    this.onChange?.();
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => {
      this.onChange = resolve;
    });
  }
}
