"""Receives webhooks. PORT=8080 WEBHOOK_SECRET=whsec_... python3 docs/examples/receiver.py"""
import base64
import hashlib
import hmac
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET_TEXT = re.fullmatch("whsec_(.{32,})", os.environ.get("WEBHOOK_SECRET", ""))
# Without it everybody could sign.
if SECRET_TEXT is None:
    raise SystemExit("WEBHOOK_SECRET is missing")
SECRET = base64.b64decode(SECRET_TEXT[1])
TOLERANCE_SECONDS = 300
MAX_BODY_BYTES = 1024 * 1024
# Keep it in your database, and write it in the transaction of what you do because of the event.
handled = set()


def is_signed(headers, body):
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    digest = hmac.new(SECRET, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    own = b"v1," + base64.b64encode(digest)
    # While the secret is rotated, there are two. As bytes: text with other characters than ASCII is not compared.
    signatures = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")
    return any(hmac.compare_digest(own, signature) for signature in signatures)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not re.fullmatch("[0-9]{1,12}", length) or int(length) > MAX_BODY_BYTES:
            self.send_response(413)
            self.end_headers()
            return
        # The signature is of the body as it was sent: parse it afterwards.
        body = self.rfile.read(int(length))
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
