// Ways out of a wait: an AbortSignal, a time limit, not waiting at all, and closing the socket.
import { Context, SocketType, ZmqError } from 'rzmq';

const context = new Context();
const pull = context.socket(SocketType.Pull);
const endpoint = await pull.bind('tcp://127.0.0.1:0');

// An AbortSignal gives one operation up.
const user = new AbortController();
const aborted = report('aborted', pull.recv({ signal: user.signal }));
user.abort(new Error('the user pressed Escape'));
await aborted;

// With a time limit of its own.
await report('AbortSignal.timeout', pull.recv({ signal: AbortSignal.timeout(20) }));

// For all receives of a socket (ZMQ_RCVTIMEO); 0 does not wait.
pull.options.receiveTimeout = 20;
await report('receiveTimeout 20', pull.recv());
pull.options.receiveTimeout = 0;
await report('receiveTimeout 0', pull.recv());
pull.options.receiveTimeout = -1;
console.log(`tryRecv: ${String(pull.tryRecv())}`);

// An aborted receive takes nothing with it: the message goes to the next one.
const given = new AbortController();
const givenUp = report('aborted', pull.recv({ signal: given.signal }));
const next = pull.recv();
given.abort();
await givenUp;
const push = context.socket(SocketType.Push);
await push.connect(endpoint);
await push.send('not lost');
console.log(`the next receive got: ${String(await next)}`);

// Sending waits too: here nobody is connected, and nothing may be queued before somebody is.
const lonely = context.socket(SocketType.Push, { immediate: true, sendTimeout: 20, linger: 0 });
await lonely.connect('ipc://nobody-is-here');
await report('sendTimeout 20', lonely.send('hello?'));
console.log(`trySend: ${lonely.trySend('hello?')}`);

// close() refuses what waits; a `for await` simply ends.
const closed = report('closed', pull.recv());
await pull.close();
await closed;
await context.term();

async function report(what: string, operation: Promise<unknown>): Promise<void> {
  try {
    await operation;
    console.log(`${what}: done`);
  } catch (error) {
    if (!(error instanceof ZmqError)) throw error;
    const cause = error.cause instanceof Error ? `, because ${error.cause.message}` : '';
    console.log(`${what}: ${error.code} (${error.errno})${cause}`);
  }
}
