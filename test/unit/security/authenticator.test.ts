import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import {
  type AuthenticationDecision,
  type AuthenticationReply,
  type AuthenticationRequest,
  type AuthenticationRules,
  Authenticator,
  Certificate,
  type CurvePeer,
  type PlainPeer,
  z85Decode,
} from 'rzmq';

function request(mechanism: string, credentials: (string | Buffer)[], more: Partial<AuthenticationRequest> = {}) {
  return {
    domain: 'global',
    address: '127.0.0.1',
    routingId: Buffer.from('srv'),
    mechanism,
    credentials: credentials.map((credential) => Buffer.from(credential as string)),
    ...more,
  };
}

const anonymous = (more?: Partial<AuthenticationRequest>) => request('NULL', [], more);
const plain = (name: string, password: string, more?: Partial<AuthenticationRequest>) =>
  request('PLAIN', [name, password], more);
const curve = (publicKey: string, more?: Partial<AuthenticationRequest>) =>
  request('CURVE', [z85Decode(publicKey)], more);

async function ask(rules: AuthenticationRules, asked: AuthenticationRequest): Promise<AuthenticationReply> {
  return new Authenticator(rules).authenticate(asked);
}

async function statusOf(rules: AuthenticationRules, asked: AuthenticationRequest): Promise<number> {
  return (await ask(rules, asked)).status;
}

const KEY = Certificate.generate().publicKey;
const OTHER = Certificate.generate().publicKey;

describe('an Authenticator without rules', () => {
  it.each([anonymous(), plain('', ''), plain('joe', 'secret'), curve(KEY), request('GSSAPI', ['joe'])])(
    'lets nobody in: $mechanism',
    async (asked) => {
      expect(await statusOf({}, asked)).toBe(400);
    },
  );
});

describe('addresses', () => {
  const open: AuthenticationRules = { anonymous: true };

  it.each<[AuthenticationRules, string, number]>([
    [{ allow: ['127.0.0.1'] }, '127.0.0.1', 200],
    [{ allow: ['127.0.0.1'] }, '127.0.0.2', 400],
    [{ allow: ['10.0.0.0/8', '127.0.0.0/8'] }, '127.9.9.9', 200],
    [{ allow: ['127.0.0.0/8'] }, '::ffff:127.0.0.1', 200],
    [{ allow: ['::1'] }, '::1', 200],
    [{ allow: ['fe80::/10'] }, 'fe80::1%eth0', 200],
    [{ allow: [] }, '127.0.0.1', 400],
    [{ ...open, deny: ['127.0.0.1'] }, '127.0.0.1', 400],
    [{ ...open, deny: ['127.0.0.1'] }, '127.0.0.2', 200],
    [{ ...open, deny: ['127.0.0.1'] }, '::ffff:127.0.0.1', 400],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, '10.1.2.3', 400],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, '10.2.2.3', 200],
    [{ allow: ['localhost'] }, 'localhost:1000:1000:77', 200],
    [{ allow: ['localhost'] }, 'localhost', 200],
    [{ allow: ['localhost'] }, '', 200],
    [{ allow: ['localhost'] }, '127.0.0.1', 400],
    [{ allow: ['127.0.0.1'] }, '', 400],
    [{ ...open, deny: ['localhost'] }, '', 400],
    [{ ...open, deny: ['::ffff:10.0.0.0/104'] }, '10.0.0.1', 400],
    [{ ...open, deny: ['10.0.0.0/8'] }, 'host.example', 400],
  ])('%j: a peer from %j gets %i', async (rules, address, status) => {
    expect(await statusOf(rules, anonymous({ address }))).toBe(status);
  });

  it('come before credentials, which are not looked at from a wrong address', async () => {
    let looked = false;
    const rules: AuthenticationRules = {
      deny: ['127.0.0.1'],
      plain: () => {
        looked = true;
        return true;
      },
    };
    expect(await ask(rules, plain('joe', 'secret'))).toMatchObject({ status: 400, text: 'Address denied' });
    expect(looked).toBe(false);
  });

  it('do not stand in for credentials', async () => {
    expect(await statusOf({ allow: ['127.0.0.1'] }, plain('joe', 'secret'))).toBe(400);
    expect(await statusOf({ allow: ['127.0.0.1'] }, curve(KEY))).toBe(400);
  });

  it.each([['example.com'], ['10.0.0.0/33'], [''], [7], [null]])('that are none are refused: %p', (entry) => {
    for (const rule of ['allow', 'deny']) {
      expect(() => new Authenticator({ [rule]: [entry] })).toThrow(
        expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining(rule) }),
      );
      expect(() => new Authenticator({ [rule]: entry })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    }
  });
});

describe('NULL', () => {
  it('is let in by `anonymous`, by an allowed address, and not by a denied one that is another', async () => {
    expect(await ask({ anonymous: true }, anonymous())).toEqual({
      status: 200,
      text: 'OK',
      userId: 'anonymous',
      metadata: new Map(),
    });
    expect(await statusOf({ deny: ['10.0.0.1'] }, anonymous())).toBe(400);
    expect(await statusOf({ allow: ['127.0.0.1'], anonymous: false }, anonymous())).toBe(400);
    expect(await statusOf({ plain: { joe: 'secret' }, curve: 'allowAny' }, anonymous())).toBe(400);
  });

  it('is decided by a callback', async () => {
    const rules: AuthenticationRules = { anonymous: ({ domain, address }) => `${domain} ${address}` === 'a 1.2.3.4' };
    expect(await statusOf(rules, anonymous({ domain: 'a', address: '1.2.3.4' }))).toBe(200);
    expect(await statusOf(rules, anonymous())).toBe(400);
  });

  it('is refused with credentials, which it cannot have', async () => {
    expect(await statusOf({ anonymous: true }, request('NULL', ['x']))).toBe(400);
  });
});

describe('PLAIN', () => {
  const users = { joe: 'secret', ann: '', ümläut: 'pässword', constructor: 'x' };

  it.each([users, new Map(Object.entries(users))])('is let in with the password of the list', async (list) => {
    expect(await ask({ plain: list }, plain('joe', 'secret'))).toMatchObject({ status: 200, userId: 'joe' });
    expect(await statusOf({ plain: list }, plain('ann', ''))).toBe(200);
    expect(await statusOf({ plain: list }, plain('ümläut', 'pässword'))).toBe(200);
  });

  it.each([
    ['joe', 'Secret'],
    ['joe', ''],
    ['joe', 'secret\0'],
    ['Joe', 'secret'],
    ['', ''],
    ['', 'secret'],
    ['nobody', 'secret'],
    ['toString', ''],
    ['__proto__', ''],
  ])('is refused as %j with %j', async (name, password) => {
    expect(await ask({ plain: users }, plain(name, password))).toMatchObject({ status: 400, userId: '' });
  });

  it('is refused with a name that only looks like one of the list, because it is no UTF-8', async () => {
    const list = { '\ufffd': 'secret' };
    expect(await statusOf({ plain: list }, plain('\ufffd', 'secret'))).toBe(200);
    expect(await statusOf({ plain: list }, request('PLAIN', [Buffer.from([0xff]), 'secret']))).toBe(400);
  });

  it.each([[[]], [['joe']], [['joe', 'secret', 'x']]])('is refused with the credentials %j', async (credentials) => {
    expect(await statusOf({ plain: () => true }, request('PLAIN', credentials))).toBe(400);
  });

  it('is decided by a callback, which may take its time', async () => {
    const asked: PlainPeer[] = [];
    const rules: AuthenticationRules = {
      plain: async (peer) => {
        await Promise.resolve();
        asked.push(peer);
        return peer.password === 'secret';
      },
    };
    expect(await ask(rules, plain('joe', 'secret'))).toMatchObject({ status: 200, userId: 'joe' });
    expect(await statusOf(rules, plain('joe', 'wrong'))).toBe(400);
    const nameless: AuthenticationRules = { plain: () => ({ status: 200, userId: undefined }) };
    expect(await ask(nameless, plain('joe', ''))).toMatchObject({ status: 200, userId: 'joe' });
    expect(asked[0]).toEqual({
      username: 'joe',
      password: 'secret',
      domain: 'global',
      address: '127.0.0.1',
      routingId: Buffer.from('srv'),
    });
  });

  it.each([[null], ['joe'], [['joe']], [{ joe: 1 }], [new Map([[1, 'x']])]])('refuses the list %p', (list) => {
    expect(() => new Authenticator({ plain: list } as unknown as AuthenticationRules)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
  });

  it('does not keep the passwords of a list', () => {
    const authenticator = new Authenticator({ plain: { joe: 'top-secret-word' } });
    expect(inspect(authenticator, { depth: 20, showHidden: true })).not.toContain('top-secret-word');
  });
});

describe('CURVE', () => {
  it('is let in with a key of the list, as text or bytes', async () => {
    const rules: AuthenticationRules = { curve: [KEY, z85Decode(OTHER)] };
    expect(await ask(rules, curve(KEY))).toMatchObject({ status: 200, userId: KEY });
    expect(await ask(rules, curve(OTHER))).toMatchObject({ status: 200, userId: OTHER });
    expect(await ask(rules, curve(Certificate.generate().publicKey))).toMatchObject({ status: 400, userId: '' });
  });

  it("is let in with any key by 'allowAny'", async () => {
    expect(await ask({ curve: 'allowAny' }, curve(KEY))).toMatchObject({ status: 200, userId: KEY });
  });

  it('is let in by a store, with what the certificate says of its owner', async () => {
    const certificate = new Certificate(KEY, undefined, {
      name: 'Joe',
      'User-Id': 'root',
      'Socket-Type': 'PUB',
      'a@b': 'no name of a property',
    });
    const rules: AuthenticationRules = { curve: { find: (key) => (key === KEY ? certificate : undefined) } };
    expect(await ask(rules, curve(KEY))).toEqual({
      status: 200,
      text: 'OK',
      userId: KEY,
      metadata: new Map([['name', Buffer.from('Joe')]]),
    });
    expect(await ask(rules, curve(OTHER))).toMatchObject({ status: 400, text: 'Unknown key' });
  });

  it('is decided by a callback', async () => {
    const asked: CurvePeer[] = [];
    const rules: AuthenticationRules = {
      curve: (peer) => {
        asked.push(peer);
        return { status: 200, userId: 'joe', metadata: { Role: 'admin', Bits: new Uint8Array([1, 2]) } };
      },
    };
    expect(await ask(rules, curve(KEY))).toEqual({
      status: 200,
      text: '',
      userId: 'joe',
      metadata: new Map([
        ['Role', Buffer.from('admin')],
        ['Bits', Buffer.from([1, 2])],
      ]),
    });
    expect(asked[0]?.publicKey).toBe(KEY);
  });

  it('is refused with a key of another length', async () => {
    expect(await statusOf({ curve: 'allowAny' }, request('CURVE', [Buffer.alloc(31)]))).toBe(400);
    expect(await statusOf({ curve: 'allowAny' }, request('CURVE', []))).toBe(400);
  });

  it.each([['*'], [null], [true], [['abc']], [[Buffer.alloc(31)]], [{}]])('refuses the rule %p', (rule) => {
    expect(() => new Authenticator({ curve: rule } as unknown as AuthenticationRules)).toThrow(
      expect.objectContaining({ errno: 'EINVAL' }),
    );
  });
});

describe('a callback', () => {
  it.each([300, 400, 500] as const)('may answer the status %i, and then says nothing of the user', async (status) => {
    const rules: AuthenticationRules = {
      anonymous: () => ({ status, text: 'later', userId: 'joe', metadata: { a: 'b' } }),
    };
    expect(await ask(rules, anonymous())).toEqual({ status, text: 'later', userId: '', metadata: new Map() });
  });

  it('that forgets to answer refuses', async () => {
    expect(await statusOf({ anonymous: (() => undefined) as never }, anonymous())).toBe(400);
  });

  it.each([['yes'], [1], [{}], [{ status: 201 }], [null], [[true]]])('that answers %p has failed', async (answer) => {
    await expect(ask({ anonymous: (() => answer) as never }, anonymous())).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  it('that throws has failed', async () => {
    const rules: AuthenticationRules = {
      curve: () => {
        throw new Error('no database');
      },
    };
    await expect(ask(rules, curve(KEY))).rejects.toThrow('no database');
  });
});

describe('domains', () => {
  const authenticator = new Authenticator({
    plain: { joe: 'general' },
    domains: { admin: { plain: { joe: 'special' } }, closed: {} },
  });
  const status = async (domain: string, password: string): Promise<number> =>
    (await authenticator.authenticate(plain('joe', password, { domain }))).status;

  it('have rules of their own, in place of the general ones', async () => {
    expect([await status('admin', 'special'), await status('admin', 'general')]).toEqual([200, 400]);
    expect([await status('closed', 'special'), await status('closed', 'general')]).toEqual([400, 400]);
  });

  it('that are not named, and the empty one, have the general rules', async () => {
    for (const domain of ['other', '', '__proto__', 'constructor']) {
      expect([await status(domain, 'general'), await status(domain, 'special')]).toEqual([200, 400]);
    }
  });

  it('get other rules while the Context lives', async () => {
    const changing = new Authenticator({ plain: { joe: 'old' } });
    const now = async (password: string, domain: string): Promise<number> =>
      (await changing.authenticate(plain('joe', password, { domain }))).status;
    changing.setRules({ plain: { joe: 'new' } });
    changing.setRules({ plain: { joe: 'special' } }, 'admin');
    expect([
      await now('old', ''),
      await now('new', ''),
      await now('new', 'admin'),
      await now('special', 'admin'),
    ]).toEqual([400, 200, 400, 200]);
    expect(() => changing.setRules({ allow: ['nonsense'] })).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
    expect(await now('new', '')).toBe(200);
  });
});

describe('onDecision', () => {
  it('hears of every decision, and of no secret', async () => {
    const decisions: AuthenticationDecision[] = [];
    const authenticator = new Authenticator({
      plain: { joe: 'top-secret' },
      curve: [KEY],
      onDecision: (decision) => decisions.push(decision),
    });
    for (const asked of [plain('joe', 'top-secret'), plain('top-secret', 'joe'), curve(KEY), curve(OTHER)]) {
      await authenticator.authenticate(asked);
    }
    const where = { domain: 'global', address: '127.0.0.1' };
    expect(decisions).toEqual([
      { ...where, mechanism: 'PLAIN', status: 200, text: 'OK', userId: 'joe' },
      { ...where, mechanism: 'PLAIN', status: 400, text: 'Refused', userId: '' },
      { ...where, mechanism: 'CURVE', status: 200, text: 'OK', userId: KEY, publicKey: KEY },
      { ...where, mechanism: 'CURVE', status: 400, text: 'Refused', userId: '', publicKey: OTHER },
    ]);
    expect(JSON.stringify(decisions)).not.toContain('top-secret');
  });
});

describe('wrong options', () => {
  it.each([
    [null],
    [7],
    [[]],
    [{ domains: [] }],
    [{ domains: { a: 7 } }],
    [{ onDecision: 'x' }],
    [{ anonymous: 'x' }],
    [{ denied: ['::1'] }],
  ])('are refused: %j', (options) => {
    expect(() => new Authenticator(options as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
