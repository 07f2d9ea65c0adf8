/** A subscriber to the events of reservations. `AMQP_URL=amqp://USER:PASSWORD@HOST/VHOST npx node docs/examples/subscriber.ts` */
import { connect } from 'amqplib';

interface CloudEvent {
  id: string;
  type: string;
  subject: string;
  sequence: number;
  data: object;
}

const QUEUE = 'subscriber.partner.reservations';
/** Keep both in your database, and write them in the transaction of what you do because of the event. */
const handled = new Set<string>();
const lastSequence = new Map<string, number>();

function handle({ id, type, subject, sequence }: CloudEvent): string {
  if (handled.has(id)) return `again ${type}`;
  const isLate = sequence < (lastSequence.get(subject) ?? 0);
  handled.add(id);
  // What is late is still a fact, and says nothing about the state of now.
  if (!isLate) lastSequence.set(subject, sequence);
  return `${isLate ? 'late' : 'new'} ${type} ${subject} ${sequence}`;
}

const connection = await connect(process.env['AMQP_URL'] ?? 'amqp://localhost');
const channel = await connection.createChannel();
await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
await channel.bindQueue(QUEUE, 'cinema.events', 'reservations.#');
await channel.prefetch(50);
await channel.consume(QUEUE, (message) => {
  // Null: the queue is gone. Start again, by what starts your programs.
  if (message === null) throw new Error('The queue was deleted');
  process.stdout.write(`${handle(JSON.parse(message.content.toString()) as CloudEvent)}\n`);
  channel.ack(message);
});
process.stdout.write('ready\n');
