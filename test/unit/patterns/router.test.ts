import { describe, expect, test } from '@jest/globals';
import { Msg } from '../../../src/core/msg.js';
import { errorOf, link, metadataOf, moreOf, received, SeededRandom, TestSocket } from './support.js';

/** The number that the first generated id of a socket with this seed has. */
function firstId(seed: number): number {
  return new SeededRandom(seed).below(0x1_0000_0000);
}

function generated(number: number): string {
  const id = Buffer.alloc(5);
  id.writeUInt32BE(number, 1);
  return id.toString('latin1');
}

describe('routing ids', () => {
  test('are what the peer announces', () => {
    const router = new TestSocket('ROUTER');
    router.accept(metadataOf('peer')).deliver('hello');
    expect(router.recvText()).toBe('peer|hello');
  });

  test('are generated for anonymous peers: 00 and a number that goes up by one', () => {
    const router = new TestSocket('ROUTER', {}, new SeededRandom(5));
    for (let i = 0; i < 3; i++) router.accept().deliver(String(i));
    expect(router.recvAll()).toEqual([0, 1, 2].map((i) => `${generated((firstId(5) + i) >>> 0)}|${i}`));
  });

  test.each([
    ['empty', ''],
    ['beginning with 00', '\x00abcd'],
    ['longer than 255 bytes', 'x'.repeat(256)],
  ])('are generated for peers with an id that is %s', (_, id) => {
    const router = new TestSocket('ROUTER', {}, new SeededRandom(5));
    router.accept(metadataOf(id)).deliver('x');
    expect(router.recvText()).toBe(`${generated(firstId(5))}|x`);
  });

  test('may have 255 bytes', () => {
    const router = new TestSocket('ROUTER');
    router.accept(metadataOf('x'.repeat(255))).deliver('y');
    expect(router.recvText()).toBe(`${'x'.repeat(255)}|y`);
  });

  test('that are generated pass over those in use, and wrap around', () => {
    const random = { below: () => 0xffff_ffff, bytes: (size: number) => Buffer.alloc(size) };
    const router = new TestSocket('ROUTER', {}, random);
    router.connect(generated(0));
    const [one, two] = [router.accept(), router.accept()];
    one.deliver('1');
    two.deliver('2');
    expect(router.recvAll()).toEqual([`${generated(0xffff_ffff)}|1`, `${generated(1)}|2`]);
  });

  test('that connect assigns are addressable before there is a connection, and win over announced ones', () => {
    const router = new TestSocket('ROUTER', { mandatory: true });
    const pipe = router.connect('assigned');
    expect(router.send('assigned', 'early')).toBe(true);
    const end = router.join(pipe, metadataOf('announced'));
    end.deliver('hello');
    expect(end.texts).toEqual(['early']);
    expect(router.recvText()).toBe('assigned|hello');
    expect(errorOf(() => router.send('announced', 'x')).code).toBe('HostUnreachable');
  });

  test('that are assigned twice refuse the second pipe', () => {
    const router = new TestSocket('ROUTER');
    const first = router.connect('same');
    const second = router.connect('same');
    expect([router.attached.has(first), router.attached.has(second)]).toEqual([true, false]);
    router.send('same', 'x');
    expect([first.pending, second.pending]).toEqual([1, 0]);
  });

  test('stay the same over reconnections of a connecting ROUTER', () => {
    const router = new TestSocket('ROUTER', {}, new SeededRandom(5));
    const pipe = router.connect();
    router.join(pipe).deliver('1');
    router.lose(pipe);
    router.join(pipe).deliver('2');
    expect(router.recvAll()).toEqual([`${generated(firstId(5))}|1`, `${generated(firstId(5))}|2`]);
  });

  test('keep what is queued for them over reconnections', () => {
    const router = new TestSocket('ROUTER');
    const pipe = router.connect();
    router.join(pipe, metadataOf('peer'));
    router.lose(pipe);
    router.send('peer', 'later');
    expect(router.join(pipe, metadataOf('peer')).texts).toEqual(['later']);
  });

  test('of an accepted anonymous peer that comes again are new', () => {
    const router = new TestSocket('ROUTER', {}, new SeededRandom(5));
    router.end(router.accept().pipe);
    router.accept().deliver('x');
    expect(router.recvText()).toBe(`${generated((firstId(5) + 1) >>> 0)}|x`);
  });

  test('are known for messages that came before the socket knew the pipe', () => {
    const router = new TestSocket('ROUTER');
    const seen: string[] = [];
    router.onReadEdge = () => seen.push(...router.recvAll());
    router.accept(metadataOf('peer'), [received(['early'])]);
    expect(seen).toEqual(['peer|early']);
  });
});

describe('receiving', () => {
  test('puts the id before each message, with MORE, and keeps the other flags', () => {
    const router = new TestSocket('ROUTER');
    const end = router.accept(metadataOf('id'));
    for (const frames of [['a'], ['', 'a'], ['a', 'b', 'c']]) end.deliver(...frames);
    const messages = [router.pattern.recv(), router.pattern.recv(), router.pattern.recv()];
    expect(messages.map(moreOf)).toEqual([
      [true, false],
      [true, true, false],
      [true, true, true, false],
    ]);
    expect(messages.map((message) => message?.map(String))).toEqual([
      ['id', 'a'],
      ['id', '', 'a'],
      ['id', 'a', 'b', 'c'],
    ]);
  });

  test('the id frame tells of the same peer as the rest', () => {
    const router = new TestSocket('ROUTER');
    const metadata = metadataOf('id');
    router.accept(metadata).deliver('a');
    expect(router.pattern.recv()?.map((frame) => frame.metadata)).toEqual([metadata, metadata]);
  });

  test('is fair, and goes on for peers that have ended', () => {
    const router = new TestSocket('ROUTER');
    const ends = ['a', 'b', 'c'].map((id) => router.accept(metadataOf(id)));
    for (const round of ['1', '2']) for (const end of ends) end.deliver(round);
    router.end((ends[0] as (typeof ends)[0]).pipe);
    expect(router.pattern.readable).toBe(true);
    expect(router.recvAll()).toEqual(['a|1', 'b|1', 'c|1', 'a|2', 'b|2', 'c|2']);
    expect(router.pattern.readable).toBe(false);
  });
});

describe('sending', () => {
  test('goes to the peer that the first frame names, without that frame', () => {
    const router = new TestSocket('ROUTER');
    const [a, b] = [router.accept(metadataOf('a')), router.accept(metadataOf('b'))];
    router.send('b', '1');
    router.send('a', '', '2');
    router.send(Buffer.from('b'), Buffer.from('3'));
    router.send(new Msg('a'), '4');
    router.send(new Uint8Array([98]), '5');
    expect([a.texts, b.texts]).toEqual([
      ['|2', '4'],
      ['1', '3', '5'],
    ]);
    expect(b.sent[0]).toBe('1'); // one frame goes bare
  });

  test('finds the way back by the id frame that came, also after it was copied', () => {
    const router = new TestSocket('ROUTER');
    const end = router.accept();
    end.deliver('question');
    const [id, body] = router.pattern.recv() as [Msg, Msg];
    router.send(id, body);
    router.send(id.data, 'by buffer');
    router.send(id.copy(), 'by value');
    expect(end.texts).toEqual(['question', 'by buffer', 'by value']);
  });

  test('ids are bytes: text is UTF-8', () => {
    const router = new TestSocket('ROUTER');
    const end = router.accept(metadataOf(Buffer.from('ü')));
    router.send('ü', 'x');
    expect(end.texts).toEqual(['x']);
  });

  test('to an unknown id: dropped', () => {
    const router = new TestSocket('ROUTER');
    expect(router.send('nobody', 'x')).toBe(true);
    expect(router.drops.toJSON()).toEqual({ 'no-route': 1 });
  });

  test('to an unknown id, mandatory: EHOSTUNREACH', () => {
    const router = new TestSocket('ROUTER', { mandatory: true });
    expect(errorOf(() => router.send('nobody', 'x'))).toMatchObject({ code: 'HostUnreachable', errno: 'EHOSTUNREACH' });
    expect(router.drops.toJSON()).toEqual({});
  });

  test('to a full peer: dropped', () => {
    const router = new TestSocket('ROUTER', { sendHighWaterMark: 1 });
    const end = router.accept(metadataOf('a'));
    end.ready = false;
    expect([router.send('a', '1'), router.send('a', '2')]).toEqual([true, true]);
    end.open();
    router.send('a', '3');
    expect(end.texts).toEqual(['1', '3']);
    expect(router.drops.toJSON()).toEqual({ 'high-water-mark': 1 });
  });

  test('to a full peer, mandatory: waits for room', () => {
    const router = new TestSocket('ROUTER', { sendHighWaterMark: 1, mandatory: true });
    const end = router.accept(metadataOf('a'));
    router.accept(metadataOf('b'));
    end.ready = false;
    expect([router.send('a', '1'), router.send('a', '2'), router.send('b', '3')]).toEqual([true, false, true]);
    router.onWriteEdge = () => expect(router.send('a', '2')).toBe(true);
    end.open();
    expect(end.texts).toEqual(['1', '2']);
    expect(router.drops.toJSON()).toEqual({});
  });

  test('to a full peer that ends, mandatory: EHOSTUNREACH at the next try', () => {
    const router = new TestSocket('ROUTER', { sendHighWaterMark: 1, mandatory: true });
    const end = router.accept(metadataOf('a'));
    end.ready = false;
    expect([router.send('a', '1'), router.send('a', '2')]).toEqual([true, false]);
    end.pipe.end();
    expect(router.send('a', '2')).toBe(false); // not detached yet
    router.end(end.pipe);
    expect(errorOf(() => router.send('a', '2')).code).toBe('HostUnreachable');
  });

  test.each([false, true])('of an id and nothing else: ignored (mandatory %s)', (mandatory) => {
    const router = new TestSocket('ROUTER', { mandatory });
    const end = router.accept(metadataOf('a'));
    expect([router.send('a'), router.pattern.send(['a']), router.send('nobody')]).toEqual([true, true, true]);
    expect(end.texts).toEqual([]);
    expect(router.drops.get('no-route')).toBe(3);
  });

  test('to a peer that has ended is as to an unknown one', () => {
    const router = new TestSocket('ROUTER');
    const end = router.accept(metadataOf('a'));
    end.pipe.end();
    router.send('a', 'x');
    router.end(end.pipe);
    router.send('a', 'x');
    expect(router.drops.toJSON()).toEqual({ 'no-route': 2 });
  });

  test('is always writable; mandatory: while any peer has room', () => {
    const router = new TestSocket('ROUTER', { sendHighWaterMark: 1 });
    expect(router.pattern.writable).toBe(true);
    router.options.mandatory = true;
    expect(router.pattern.writable).toBe(false);
    const [a, b] = [router.accept(metadataOf('a')), router.accept(metadataOf('b'))];
    a.ready = b.ready = false;
    router.send('a', 'x');
    expect(router.pattern.writable).toBe(true);
    router.send('b', 'x');
    expect(router.pattern.writable).toBe(false);
    b.open();
    expect([router.writeEdges, router.pattern.writable]).toEqual([1, true]);
  });
});

describe('a second peer with the same id', () => {
  test('without handover stays connected, and nothing it sends is delivered, even when the first has left', () => {
    const router = new TestSocket('ROUTER');
    const [first, second] = [router.accept(metadataOf('same')), router.accept(metadataOf('same'))];
    second.deliver('unheard');
    first.deliver('heard');
    router.send('same', 'x');
    expect(router.recvAll()).toEqual(['same|heard']);
    expect([first.texts, second.texts]).toEqual([['x'], []]);
    router.end(first.pipe);
    second.deliver('still unheard');
    expect(router.recvAll()).toEqual([]);
    expect(second.failure).toBeUndefined();
    expect(second.pipe.readable).toBe(2);
    router.send('same', 'y');
    expect(router.drops.toJSON()).toEqual({ 'no-route': 1 });
    router.end(second.pipe);
  });

  test('without handover, one that connects again gets the id when it is free, and begins afresh', () => {
    const router = new TestSocket('ROUTER');
    const first = router.accept(metadataOf('same'));
    const pipe = router.connect();
    router.join(pipe, metadataOf('same')).deliver('unheard');
    router.lose(pipe);
    router.end(first.pipe);
    router.join(pipe, metadataOf('same')).deliver('heard');
    expect(router.recvAll()).toEqual(['same|heard']);
    expect(router.drops.toJSON()).toEqual({ unexpected: 1 });
  });

  test('with handover takes the id, and the first is closed; what that had sent is still received', () => {
    const router = new TestSocket('ROUTER', { handover: true });
    const first = router.accept(metadataOf('same'));
    first.deliver('old');
    const second = router.accept(metadataOf('same'));
    expect(first.failure).toMatchObject({ code: 'ConnectionClosed', fatal: true });
    second.deliver('new');
    const [id] = router.pattern.recv() as [Msg];
    router.send(id, 'reply');
    router.end(first.pipe);
    router.send('same', 'x');
    expect(second.texts).toEqual(['reply', 'x']);
    expect(router.recvAll()).toEqual(['same|new']);
  });

  test('with handover the newcomer has the id before the first is told to go', () => {
    const router = new TestSocket('ROUTER', { handover: true, mandatory: true });
    const first = router.accept(metadataOf('same'));
    first.fail = () => {
      router.send('same', 'sent meanwhile');
    };
    expect(router.accept(metadataOf('same')).texts).toEqual(['sent meanwhile']);
  });

  test('with handover a name that connect assigns is taken over too', () => {
    const router = new TestSocket('ROUTER', { handover: true });
    const first = router.accept(metadataOf('same'));
    const pipe = router.connect('same');
    expect(first.failure?.code).toBe('ConnectionClosed');
    router.send('same', 'x');
    expect(pipe.pending).toBe(1);
  });
});

test('ZMQ_PROBE_ROUTER sends an empty message on each new connection', () => {
  const router = new TestSocket('ROUTER', { probeRouter: true });
  const other = new TestSocket('ROUTER');
  link(router, other, { from: 'prober' });
  expect(other.recvText()).toBe('prober|');
  expect(router.accept(metadataOf('x')).texts).toEqual(['']);
});
