import assert from 'node:assert/strict';
import { ZmqError } from '../../plugin.js';
import { parse, rejected, type TransportClauses, type TransportSubject } from './transport-ground.js';

/** How endpoints are checked, bound and connected to. */
export function endpointClauses({ connectWaits = false, takesOver = false }: TransportSubject): TransportClauses {
  return { ...common, ...(takesOver ? overtaking : exclusive), ...(connectWaits ? waiting : refusing) };
}

const common: TransportClauses = {
  'it serves the scheme of its endpoints': ({ transport, subject }) => {
    assert.ok(transport.schemes.length > 0, 'it has no schemes');
    const { scheme } = parse(subject.endpoint());
    assert.ok(transport.schemes.includes(scheme), `schemes has no "${scheme}"`);
    for (const name of transport.schemes)
      assert.match(name, /^[a-z][a-z0-9+.-]*$/, 'a scheme is lower case, without "://"');
  },

  'check lets an endpoint pass that can be bound': ({ transport, options, subject }) => {
    transport.check(parse(subject.endpoint()), 'bind', options);
  },

  'check refuses the text of a wrong endpoint with a ZmqError that says which': ({ transport, options, subject }) => {
    for (const wrong of subject.wrong ?? []) {
      for (const role of ['bind', 'connect'] as const) {
        let error: unknown;
        try {
          transport.check(parse(wrong), role, options);
        } catch (thrown) {
          error = thrown;
        }
        if (!(error instanceof ZmqError))
          assert.fail(`check(${wrong}, ${role}) threw ${String(error)}, and no ZmqError`);
        assert.equal(error.endpoint, wrong, 'the error has no `endpoint`');
      }
    }
  },

  'listen resolves with the real endpoint, at which it can be reached': async (ground) => {
    const bound = await ground.bind();
    ground.transport.check(parse(bound.listener.endpoint), 'connect', ground.options);
    await ground.open(bound);
  },

  'each connect makes one connection on either side': async (ground) => {
    const bound = await ground.bind();
    for (let i = 0; i < 5; i++) await ground.open(bound);
    assert.equal(bound.accepted.length, 0, 'there are more connections than connects');
    assert.deepEqual(bound.failures, []);
  },

  'an unbound endpoint is free again when close has resolved; closing twice is harmless': async (ground) => {
    const { listener } = await ground.bind();
    await Promise.all([listener.close(), listener.close()]);
    await listener.close();
    const again = await ground.bind(listener.endpoint);
    await ground.open(again);
  },

  'two endpoints are bound at the same time, and each gets its own connections': async (ground) => {
    const [one, other] = [await ground.bind(), await ground.bind()];
    await ground.open(one);
    await ground.open(other);
    await ground.open(other);
    assert.deepEqual([one.accepted.length, other.accepted.length], [0, 0], 'a connection went astray');
  },

  'nothing is told of a bound endpoint before listen has resolved': async (ground) => {
    const { transport, options, subject } = ground;
    const { listener } = await ground.bind();
    await listener.close();
    let resolved = false;
    let early = false;
    const listening = transport.listen(parse(listener.endpoint), options, {
      onConnection: (connection) => {
        early ||= !resolved;
        connection.destroy();
      },
      onAcceptFailed: () => {
        early ||= !resolved;
      },
    });
    const controller = new AbortController();
    const knocking = ground.connect(listener.endpoint, controller.signal).catch(() => undefined);
    const again = await listening;
    resolved = true;
    if (subject.connectWaits !== true) controller.abort();
    await knocking;
    await again.close();
    assert.equal(early, false, 'a connection came before the listener');
  },

  'addresses are text, ref and unref can be called on what has them': async (ground) => {
    const bound = await ground.bind();
    const [near, far] = await ground.open(bound);
    for (const { localAddress, remoteAddress } of [near, far]) {
      assert.equal(typeof localAddress, 'string', 'localAddress is text');
      assert.equal(typeof remoteAddress, 'string', 'remoteAddress is text');
    }
    for (const handle of [
      bound.listener,
      ...(near.kind === 'stream' ? [near] : []),
      ...(far.kind === 'stream' ? [far] : []),
    ]) {
      handle.unref?.();
      handle.ref?.();
    }
  },

  'connect whose signal came before is rejected with Aborted, and connects nobody': async (ground) => {
    const bound = await ground.bind();
    const signal = AbortSignal.abort();
    await rejected(ground.connect(bound.listener.endpoint, signal), 'an aborted connect', 'Aborted');
    await ground.open(bound);
    assert.equal(bound.accepted.length, 0, 'the aborted attempt left a connection');
  },

  'connect whose signal comes meanwhile leaves nothing behind': async (ground) => {
    const bound = await ground.bind();
    const controller = new AbortController();
    const attempt = ground.connect(bound.listener.endpoint, controller.signal);
    controller.abort();
    // It may have been too late, and then the connection is there, and the caller's.
    const connection = await attempt.catch((error: unknown) => error);
    if (connection instanceof ZmqError) assert.equal(connection.code, 'Aborted', 'the code of an aborted connect');
    else if (typeof connection === 'object' && connection !== null && 'destroy' in connection) return;
    else assert.fail(`an aborted connect rejected with what is no ZmqError: ${String(connection)}`);
    await ground.open(bound);
    for (const left of bound.accepted) {
      if (left.kind !== 'stream') continue;
      // Half made on the other side: it has to end.
      await ground.probe(left).start().end();
    }
  },
};

const exclusive: TransportClauses = {
  'listen on an endpoint in use is rejected with AddrInUse': async (ground) => {
    const { listener } = await ground.bind();
    await rejected(ground.bind(listener.endpoint), 'the second listen', 'AddrInUse');
  },
};

const overtaking: TransportClauses = {
  'listen on an endpoint in use takes it over': async (ground) => {
    const first = await ground.bind();
    const second = await ground.bind(first.listener.endpoint);
    await ground.open(second);
    assert.equal(first.accepted.length, 0, 'a connection went to the one that was there before');
  },
};

const refusing: TransportClauses = {
  'connect to an endpoint that nobody has bound is rejected with a ZmqError': async (ground) => {
    const { listener } = await ground.bind();
    await listener.close();
    const error = await rejected(ground.connect(listener.endpoint), 'a connect to nobody');
    assert.notEqual(error.code, 'Aborted', 'nobody has given it up');
    assert.equal(error.fatal, false, 'somebody may bind it yet, so the error is not fatal');
  },

  'a closed listener accepts nobody, and leaves the connections that it has accepted': async (ground) => {
    const bound = await ground.bind();
    const [near, far] = await ground.open(bound);
    await bound.listener.close();
    await rejected(ground.connect(bound.listener.endpoint), 'a connect to a closed listener');
    if (near.kind !== 'stream') return;
    const [sender, reader] = [ground.probe(near).start(), ground.probe(far).start()];
    await sender.send(Buffer.from('still here'));
    assert.equal(String(await reader.receive(10)), 'still here');
  },
};

const waiting: TransportClauses = {
  'connect to an endpoint that nobody has bound waits for somebody': async (ground) => {
    const { listener } = await ground.bind();
    await listener.close();
    const waiting = ground.connect(listener.endpoint);
    const bound = await ground.bind(listener.endpoint);
    await waiting;
    await bound.events.until(() => bound.accepted.length > 0);
  },

  'connect that waits is rejected with Aborted when its signal comes': async (ground) => {
    const { listener } = await ground.bind();
    await listener.close();
    const controller = new AbortController();
    const waiting = rejected(ground.connect(listener.endpoint, controller.signal), 'an aborted connect', 'Aborted');
    controller.abort();
    await waiting;
  },
};
