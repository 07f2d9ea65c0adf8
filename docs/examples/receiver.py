"""Receives webhooks. PORT=8080 WEBHOOK_SECRET=whsec_... python3 docs/examples/receiver.py"""
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 300
# Keep it in your database, and write it in the transaction of what you do because of the event.
handled = set()


def is_signed(headers, body):
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    digest = hmac.new(SECRET, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    own = "v1," + base64.b64encode(digest).decode()
    # While the secret is rotated, there are two.
    return any(hmac.compare_digest(own, signature) for signature in headers.get("webhook-signature", "").split(" "))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The signature is of the body as it was sent: parse it afterwards.
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if is_signed(self.headers, body):
            event = json.loads(body)
            new = f"new {event['type']} {event['subject']} {event['sequence']}"
            print(f"again {event['type']}" if event["id"] in handled else new, flush=True)
            handled.add(event["id"])
            self.send_response(204)
        else:
            self.send_response(401)
        self.end_headers()

    def log_message(self, *_arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8080))), Receiver)
print("ready", flush=True)
server.serve_forever()
