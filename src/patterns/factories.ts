import type { IPattern, IPatternFactory, IPatternHost } from '../core/contracts/pattern.js';
import { SocketType } from '../core/socket-type.js';
import { Dealer } from './dealer.js';
import { Pair } from './pair.js';
import { Pub } from './pub.js';
import { Pull } from './pull.js';
import { Push } from './push.js';
import { Rep } from './rep.js';
import { Req } from './req.js';
import { Router } from './router.js';
import { Sub } from './sub.js';
import { XPub } from './xpub.js';
import { XSub } from './xsub.js';

/** The socket types of this package. */
export const patternFactories: readonly IPatternFactory[] = [
  factory(SocketType.Pair, Pair),
  factory(SocketType.Pub, Pub),
  factory(SocketType.Sub, Sub),
  factory(SocketType.Req, Req),
  factory(SocketType.Rep, Rep),
  factory(SocketType.Dealer, Dealer),
  factory(SocketType.Router, Router),
  factory(SocketType.Pull, Pull),
  factory(SocketType.Push, Push),
  factory(SocketType.XPub, XPub),
  factory(SocketType.XSub, XSub),
];

function factory(type: SocketType, Pattern: new (host: IPatternHost) => IPattern): IPatternFactory {
  return { type, create: (host) => new Pattern(host) };
}
