/** What a user sees of authentication and keys. Never run: `npm run typecheck` is the test. */
import {
  type AuthenticationDecision,
  type AuthenticationStatus,
  Authenticator,
  Certificate,
  CertificateStore,
  Context,
  type CurveKeyPair,
  curveKeyPair,
  type curvePublicKey,
  type IAuthenticator,
  type ICertificateStore,
  z85Decode,
  z85Encode,
} from 'rzmq';
import {
  type AuthenticationReply,
  type AuthenticationRequest,
  contextModule,
  IAuthenticationClient,
  IAuthenticator as IAuthenticatorToken,
} from 'rzmq/plugin';
import { type Equal, expectTrue } from './assert.js';

/** Every form of every rule. */
export const authenticator: Authenticator = new Authenticator({
  allow: ['10.0.0.0/8'],
  deny: ['10.6.6.6'],
  anonymous: true,
  plain: { joe: 'secret' },
  curve: ['x'.repeat(40), new Uint8Array(32)],
  domains: {
    callbacks: {
      anonymous: ({ domain, address, routingId }) => domain + address === '' && routingId.length === 0,
      plain: async ({ username, password }) => Promise.resolve(username === password),
      curve: ({ publicKey }) => ({ status: 200, userId: publicKey, metadata: { a: 'text', b: new Uint8Array(1) } }),
    },
    others: { plain: new Map([['joe', 'secret']]), curve: new CertificateStore('clients', { interval: 100 }) },
    any: { curve: 'allowAny' },
  },
  onDecision: (decision) => {
    expectTrue<Equal<typeof decision, AuthenticationDecision>>();
    expectTrue<Equal<typeof decision.status, AuthenticationStatus>>();
    return decision.userId;
  },
});

// @ts-expect-error no such rule
new Authenticator({ allowed: ['10.0.0.0/8'] });
// @ts-expect-error ZAP has no such status
new Authenticator({ anonymous: () => ({ status: 201 }) });
// @ts-expect-error an answer says its status
new Authenticator({ anonymous: () => ({ userId: 'joe' }) });
// @ts-expect-error nothing is no answer
new Authenticator({ plain: () => undefined });
// @ts-expect-error a password is text
new Authenticator({ plain: { joe: 1 } });

/** A Context takes an Authenticator, or whatever can authenticate. */
const own: IAuthenticator = {
  authenticate: ({ credentials }: AuthenticationRequest): AuthenticationReply => ({
    status: credentials.length === 0 ? 400 : 200,
    text: '',
    userId: '',
    metadata: new Map([['a', Buffer.alloc(1)]]),
  }),
};
new Context({ authenticator });
new Context({ authenticator: own });
// @ts-expect-error rules are no Authenticator
new Context({ authenticator: { allow: [] } });

/** A module may bring one, or replace ZAP. */
export const module: ReturnType<typeof contextModule> = contextModule(({ bind, rebind }) => {
  bind(IAuthenticatorToken).toConstantValue(own);
  rebind(IAuthenticationClient).toConstantValue({
    available: true,
    ask: (request, done) => {
      expectTrue<Equal<typeof request, AuthenticationRequest>>();
      done({ status: 200, text: '', userId: '', metadata: new Map() });
      return { cancel: () => undefined };
    },
  });
  // @ts-expect-error it answers
  bind(IAuthenticatorToken).toConstantValue({ authenticate: () => undefined });
});

/** Keys are text. */
const pair: CurveKeyPair = curveKeyPair();
expectTrue<Equal<ReturnType<typeof curvePublicKey>, string>>();
expectTrue<Equal<ReturnType<typeof z85Decode>, Buffer>>();
z85Encode(z85Decode(pair.publicKey));
// @ts-expect-error a key is made, not written
pair.publicKey = '';

/** A certificate may have no secret key. */
const certificate = Certificate.generate({ name: 'joe' });
expectTrue<Equal<typeof certificate.secretKey, string | undefined>>();
export const store: ICertificateStore = new CertificateStore('clients');
export const found: Promise<Certificate | undefined> = new CertificateStore('clients').find(certificate.publicKey);

new Context().socket('REP', {
  curveServer: true,
  curveSecretKey: pair.secretKey,
  curvePreviousSecretKeys: [pair.secretKey, z85Decode(pair.secretKey)],
});
