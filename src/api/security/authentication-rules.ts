import type { ICertificateStore } from './certificate-store.js';

/** The status codes of ZAP (RFC 27): accepted, try again later, refused, and something is broken here. */
export type AuthenticationStatus = 200 | 300 | 400 | 500;

/** What is known of a peer before it is let in. */
export interface AuthenticationPeer {
  /** ZMQ_ZAP_DOMAIN of the socket that it has connected to (or that connects to it); may be empty. */
  readonly domain: string;
  /** Its address without the port: `"127.0.0.1"`, `"::1"`; `"localhost"`, perhaps with more after a colon, for ipc. */
  readonly address: string;
  /** ZMQ_ROUTING_ID of the socket that asks, not of the peer. */
  readonly routingId: Buffer;
}

/** A peer that has said a name and a password. */
export interface PlainPeer extends AuthenticationPeer {
  readonly username: string;
  readonly password: string;
}

/** A peer that has proved to own a key. */
export interface CurvePeer extends AuthenticationPeer {
  /** Its public key, 40 characters of Z85. */
  readonly publicKey: string;
}

/** The long form of what a callback decides. */
export interface AuthenticationAnswer {
  /** 200 lets the peer in. 300: it may try again. 400 and 500: a peer of libzmq does not come back. */
  readonly status: AuthenticationStatus;
  /** Why, for logs on this side. The peer learns the status only. */
  readonly text?: string | undefined;
  /** The `User-Id` of the peer and of all its messages. By default the user name, or the public key. */
  readonly userId?: string | undefined;
  /** Further properties of the peer and of all its messages. */
  readonly metadata?: Readonly<Record<string, string | Uint8Array>> | undefined;
}

/** What a callback decides: `true` lets the peer in, `false` refuses it (400). Anything else is a fault (500). */
export type AuthenticationVerdict = boolean | AuthenticationAnswer;

type Callback<P> = (peer: P) => AuthenticationVerdict | Promise<AuthenticationVerdict>;

/** Who is let in. What is not mentioned is refused. */
export interface AuthenticationRules {
  /**
   * The networks that a peer must come from: addresses or CIDR (`10.0.0.0/8`, `::1`), or `localhost` for ipc. Left out:
   * any. Whoever does not come from there is refused before its credentials are looked at.
   */
  readonly allow?: readonly string[] | undefined;
  /** The networks that nobody is let in from, even if `allow` has them. */
  readonly deny?: readonly string[] | undefined;
  /**
   * Peers of the NULL mechanism, who say nothing of themselves: `true` lets them in, a callback decides. By default those
   * are let in whose address `allow` names, and nobody without it.
   */
  readonly anonymous?: boolean | Callback<AuthenticationPeer> | undefined;
  /** Peers of the PLAIN mechanism: the passwords by user name, or a callback. */
  readonly plain?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | Callback<PlainPeer> | undefined;
  /**
   * Peers of the CURVE mechanism: their public keys (Z85 or 32 bytes), a {@link CertificateStore}, a callback, or
   * `'allowAny'` for whoever has a key: then all that is known is that it is the same peer again.
   */
  readonly curve?: 'allowAny' | readonly (string | Uint8Array)[] | ICertificateStore | Callback<CurvePeer> | undefined;
}

/** One decision, without a secret in it. */
export interface AuthenticationDecision {
  readonly domain: string;
  readonly address: string;
  /** `NULL`, `PLAIN`, `CURVE`, or that of a plugin. */
  readonly mechanism: string;
  readonly status: AuthenticationStatus;
  readonly text: string;
  /** Who was let in; empty for those who were not. */
  readonly userId: string;
  /** The public key of a CURVE peer, let in or not. */
  readonly publicKey?: string;
}

/** What an {@link Authenticator} is told. */
export interface AuthenticatorOptions extends AuthenticationRules {
  /** The rules of sockets with these values of ZMQ_ZAP_DOMAIN, in place of those above. */
  readonly domains?: Readonly<Record<string, AuthenticationRules>> | undefined;
  /** Hears of every decision, and is waited for. What it throws, or rejects with, refuses the peer. */
  readonly onDecision?: ((decision: AuthenticationDecision) => unknown) | undefined;
}
