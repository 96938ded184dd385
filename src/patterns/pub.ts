import type { InMessage } from '../core/msg.js';
import { cannotReceive } from './pattern.js';
import { XPub } from './xpub.js';

/** PUB: an XPUB whose application does not hear of the subscriptions (RFC 29). */
export class Pub extends XPub {
  public override recv(): InMessage | undefined {
    throw cannotReceive('PUB', 'SUB');
  }

  public override get readable(): boolean {
    return false;
  }

  protected override tell(): void {
    // Subscriptions do their work without being told.
  }

  protected override tellUserMessage(): void {
    this.host.dropped('unexpected', 1);
  }
}
