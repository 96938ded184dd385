"""What pyzmq makes of files of certificates, as JSON: `make FOLDER NAME`, or `load FILE`."""

import json
import sys

import zmq.auth

command, *arguments = sys.argv[1:]
if command == "make":
    folder, name = arguments
    result = zmq.auth.create_certificates(folder, name, metadata={"name": "Joe User", "mail": "joe@example.com"})
elif command == "load":
    result = [key if key is None else key.decode() for key in zmq.auth.load_certificate(arguments[0])]
else:
    sys.exit(f"no command {command}")
print(json.dumps(result))
