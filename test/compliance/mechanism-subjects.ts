import { Authenticator, curveKeyPair, type SocketOptionsInit } from 'rzmq';
import { type ContextModule, contextModule, IAuthenticator } from 'rzmq/plugin';
import { type MechanismSubject, mechanismOf } from 'rzmq/testing';

const [server, client, other] = [curveKeyPair(), curveKeyPair(), curveKeyPair()];
const curveServer: SocketOptionsInit = { curveServer: true, curveSecretKey: server.secretKey };
const curve = (own = client, serverKey = server.publicKey): SocketOptionsInit => ({
  curvePublicKey: own.publicKey,
  curveSecretKey: own.secretKey,
  curveServerKey: serverKey,
});
const plain = (plainUsername: string, plainPassword: string): SocketOptionsInit => ({ plainUsername, plainPassword });

/** Somebody who lets in who he knows. */
const doorman: ContextModule = contextModule(({ bind }) => {
  bind(IAuthenticator).toConstantValue(
    new Authenticator({ anonymous: true, plain: { ann: 'secret' }, curve: [client.publicKey] }),
  );
});

export const SUBJECTS: Readonly<Record<string, MechanismSubject>> = {
  NULL: { create: () => mechanismOf('NULL'), client: {}, server: {} },
  'NULL with a ZAP domain': {
    create: () => mechanismOf('NULL', [doorman]),
    client: {},
    server: { zapDomain: 'global' },
    modules: () => [doorman],
  },
  PLAIN: {
    create: () => mechanismOf('PLAIN', [doorman]),
    client: plain('ann', 'secret'),
    server: { plainServer: true },
    strangers: {
      'who knows another password': plain('ann', 'guess'),
      'who is not known': plain('bob', 'secret'),
    },
    modules: () => [doorman],
  },
  CURVE: {
    create: () => mechanismOf('CURVE', [doorman]),
    client: curve(),
    server: curveServer,
    strangers: {
      'who is not known': curve(other),
      'who looks for another server': curve(client, other.publicKey),
    },
    protects: true,
    modules: () => [doorman],
  },
};

export const nullSubject: MechanismSubject = SUBJECTS['NULL']!;
export const plainSubject: MechanismSubject = SUBJECTS['PLAIN']!;
export const curveSubject: MechanismSubject = SUBJECTS['CURVE']!;
