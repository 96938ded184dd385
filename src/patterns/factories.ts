import type { IPattern, IPatternFactory, IPatternHost } from '../core/contracts/pattern.js';
import { SocketType } from '../core/socket-type.js';
import { Channel } from './channel.js';
import { Client } from './client.js';
import { Dealer } from './dealer.js';
import { Dish } from './dish.js';
import { Gather } from './gather.js';
import { Pair } from './pair.js';
import { Peer } from './peer.js';
import { Pub } from './pub.js';
import { Pull } from './pull.js';
import { Push } from './push.js';
import { Radio } from './radio.js';
import { Rep } from './rep.js';
import { Req } from './req.js';
import { Router } from './router.js';
import { Scatter } from './scatter.js';
import { Server } from './server.js';
import { Stream } from './stream.js';
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
  factory(SocketType.Stream, Stream),
  factory(SocketType.Server, Server),
  factory(SocketType.Client, Client),
  factory(SocketType.Radio, Radio),
  factory(SocketType.Dish, Dish),
  factory(SocketType.Gather, Gather),
  factory(SocketType.Scatter, Scatter),
  factory(SocketType.Peer, Peer),
  factory(SocketType.Channel, Channel),
];

function factory(type: SocketType, Pattern: new (host: IPatternHost) => IPattern): IPatternFactory {
  return { type, create: (host) => new Pattern(host) };
}
