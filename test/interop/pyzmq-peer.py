"""The other side: pyzmq with its own authenticator, in a process of its own.

One line of JSON on stdin says how; one line of JSON on stdout answers with the endpoints of three REP sockets, which
echo what they receive. It ends when stdin does.
"""

import json
import os
import sys

import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

config = json.loads(sys.stdin.readline())
context = zmq.Context()
authenticator = ThreadAuthenticator(context)
authenticator.start()
if config.get("allow"):
    authenticator.allow(*config["allow"])
if config.get("deny"):
    authenticator.deny(*config["deny"])
authenticator.configure_plain(domain="global", passwords=config["users"])
authenticator.configure_curve(domain="global", location=config["certificates"])


def serve(setup):
    socket = context.socket(zmq.REP)
    socket.linger = 0
    socket.zap_domain = b"global"
    setup(socket)
    socket.bind("tcp://127.0.0.1:*")
    return socket


def null(socket):
    pass


def plain(socket):
    socket.plain_server = True


def curve(socket):
    public, secret = zmq.auth.load_certificate(config["server"])
    socket.curve_publickey, socket.curve_secretkey = public, secret
    socket.curve_server = True


sockets = {"NULL": serve(null), "PLAIN": serve(plain), "CURVE": serve(curve)}
print(json.dumps({name: socket.last_endpoint.decode().rstrip("\0") for name, socket in sockets.items()}), flush=True)

poller = zmq.Poller()
for socket in sockets.values():
    poller.register(socket, zmq.POLLIN)
poller.register(sys.stdin, zmq.POLLIN)
while True:
    ready = dict(poller.poll())
    if sys.stdin.fileno() in ready:
        # Not an orderly end, which would wait for the authenticator's thread.
        os._exit(0)
    for socket in sockets.values():
        if socket in ready:
            socket.send_multipart(socket.recv_multipart())
