// Basic usage from CommonJS.
const zmq = require(process.env.ZMQ_PACKAGE);

const request = new zmq.Request();
const reply = new zmq.Reply();
console.log(
  request instanceof zmq.Socket,
  reply instanceof zmq.Reply,
  typeof zmq.context,
  zmq.version.split('.').length,
);
