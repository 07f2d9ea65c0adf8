/** Reads the log of events from where it stopped. `AMQP_URL=amqp://USER:PASSWORD@HOST/VHOST OFFSET_FILE=offset npx node docs/examples/log-reader.ts` */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'amqplib';

interface CloudEvent {
  type: string;
  subject: string;
  sequence: number;
}

const LOG = 'cinema.events.log';
/** Keep it in your database, and write it in the transaction of what you do because of the event. */
const OFFSET_FILE = process.env['OFFSET_FILE'] ?? 'offset';
let last = existsSync(OFFSET_FILE) ? Number(readFileSync(OFFSET_FILE, 'utf8')) : -1;

const connection = await connect(process.env['AMQP_URL'] ?? 'amqp://localhost');
const channel = await connection.createChannel();
// A stream needs a limit, and acknowledgements: they ask for more, and delete nothing.
await channel.prefetch(500);
const from = last < 0 ? 'first' : last + 1;
await channel.consume(
  LOG,
  (message) => {
    // Null: the log is gone. Start again, by what starts your programs.
    if (message === null) throw new Error('The log was deleted');
    const offset = Number(message.properties.headers?.['x-stream-offset']);
    // A stream hands over whole chunks: what lies before the offset comes too.
    if (offset > last) {
      const { type, subject, sequence } = JSON.parse(message.content.toString()) as CloudEvent;
      process.stdout.write(`${offset} ${type} ${subject} ${sequence}\n`);
      last = offset;
      // A new file in its place: one that is half written would begin from the first event.
      writeFileSync(`${OFFSET_FILE}.new`, String(last));
      renameSync(`${OFFSET_FILE}.new`, OFFSET_FILE);
    }
    channel.ack(message);
  },
  { arguments: { 'x-stream-offset': from } },
);
process.stdout.write('ready\n');
