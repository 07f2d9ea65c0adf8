"""A subscriber to the events of reservations. AMQP_URL=amqp://USER:PASSWORD@HOST/VHOST python3 docs/examples/subscriber.py (Debian: python3-pika)"""
import json
import os

import pika

QUEUE = "subscriber.partner.reservations"
# Keep both in your database, and write them in the transaction of what you do because of the event.
handled = set()
last_sequence = {}


def handle(event):
    if event["id"] in handled:
        return f"again {event['type']}"
    is_late = event["sequence"] < last_sequence.get(event["subject"], 0)
    handled.add(event["id"])
    # What is late is still a fact, and says nothing about the state of now.
    if not is_late:
        last_sequence[event["subject"]] = event["sequence"]
    return f"{'late' if is_late else 'new'} {event['type']} {event['subject']} {event['sequence']}"


def on_message(channel, method, properties, body):
    print(handle(json.loads(body)), flush=True)
    channel.basic_ack(method.delivery_tag)


channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
channel.queue_bind(QUEUE, "cinema.events", "reservations.#")
channel.basic_qos(prefetch_count=50)
channel.basic_consume(QUEUE, on_message)
print("ready", flush=True)
channel.start_consuming()
