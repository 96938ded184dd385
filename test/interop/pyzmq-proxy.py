"""libzmq's steerable proxy, which its binding for Node does not offer with a control socket.

Three socket types as arguments. One line of JSON on stdout answers with the endpoints of the frontend, the backend, the
capture (a PUSH) and the control; another line says when the proxy has ended.
"""

import json
import sys

import zmq

context = zmq.Context()


def bound(kind):
    socket = context.socket(getattr(zmq, kind))
    socket.linger = 0
    socket.bind("tcp://127.0.0.1:*")
    return socket


sockets = [bound(kind) for kind in (*sys.argv[1:3], "PUSH", sys.argv[3])]
print(json.dumps([socket.last_endpoint.decode().rstrip("\0") for socket in sockets]), flush=True)
zmq.proxy_steerable(*sockets)
print('"ended"', flush=True)
