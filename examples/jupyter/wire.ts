// Jupyter's messages on the wire: [...who, '<IDS|MSG>', signature, header, parent header, metadata, content, ...buffers].
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** What stands in the header of every message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message, its parts read. */
export interface JupyterMessage {
  readonly header: Header;
  /** The header of the request that it belongs to. */
  readonly parent: Partial<Header>;
  readonly content: Readonly<Record<string, unknown>>;
}

const DELIMITER = '<IDS|MSG>';
const PARTS = 4;

/** Writes and reads messages, signed with the key that client and kernel share. */
export class Wire {
  private readonly session = randomUUID();

  constructor(private readonly key: string) {}

  /** The frames of a request, and the id that its answers have as their parent's. */
  write(type: string, content: Readonly<Record<string, unknown>>): { id: string; frames: string[] } {
    const id = randomUUID();
    const header: Header = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'rzmq',
      date: new Date().toISOString(),
      version: '5.3',
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    return { id, frames: [DELIMITER, this.sign(parts), ...parts] };
  }

  /** Reads what came; throws when it was not signed with our key. */
  read(frames: readonly Buffer[]): JupyterMessage {
    const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const [signature, ...rest] = frames.slice(at + 1);
    const parts = rest.slice(0, PARTS);
    if (at < 0 || signature === undefined || parts.length < PARTS) throw new Error('This is no message of Jupyter.');
    const expected = Buffer.from(this.sign(parts));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new Error('The signature of the message is wrong.');
    }
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
    return { header, parent, content } as JupyterMessage;
  }

  private sign(parts: readonly (string | Buffer)[]): string {
    const mac = createHmac('sha256', this.key);
    for (const part of parts) mac.update(part);
    return mac.digest('hex');
  }
}
