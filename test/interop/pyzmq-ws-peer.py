"""libzmq with WebSockets, which Debian's has: remote-controlled by lines of JSON, one call and one answer each.

Frames are hexadecimal. It ends when stdin does.
"""

import json
import sys

import zmq

context = zmq.Context()
sockets = {}


def call(op, socket=None, **given):
    if op == "create":
        made = context.socket(getattr(zmq, given["type"]))
        made.linger = 0
        made.rcvtimeo = made.sndtimeo = 10000
        for name, value in given["options"].items():
            setattr(made, name, value.encode() if isinstance(value, str) else value)
        sockets[socket] = made
        return None
    its = sockets[socket]
    # A bound socket of libzmq learns of its peers when it is asked for something.
    its.getsockopt(zmq.EVENTS)
    if op == "bind":
        its.bind(given["endpoint"])
        return its.last_endpoint.decode().rstrip("\0")
    if op == "connect":
        its.connect(given["endpoint"])
        return None
    if op == "send":
        return its.send_multipart([bytes.fromhex(frame) for frame in given["frames"]])
    if op == "recv":
        return [frame.hex() for frame in its.recv_multipart()]
    if op == "subscribe":
        return its.subscribe(given["topic"])
    if op == "unsubscribe":
        return its.unsubscribe(given["topic"])
    if op == "close":
        return its.close()
    raise ValueError(op)


for line in sys.stdin:
    try:
        answer = {"result": call(**json.loads(line))}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
context.destroy(0)
