/** Receives webhooks. `PORT=8080 WEBHOOK_SECRET=whsec_… npx node docs/examples/receiver.ts` */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

const [, secret] = /^whsec_(.{32,})$/.exec(process.env['WEBHOOK_SECRET'] ?? '') ?? [];
// Without it everybody could sign.
if (secret === undefined) throw new Error('WEBHOOK_SECRET is missing');
const SECRET = Buffer.from(secret, 'base64');
const TOLERANCE_SECONDS = 300;
const MAX_BODY_BYTES = 1024 * 1024;
/** Keep it in your database, and write it in the transaction of what you do because of the event. */
const handled = new Set<string>();

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const own = Buffer.from(
    `v1,${createHmac('sha256', SECRET)
      .update(`${String(id)}.${String(timestamp)}.${body}`)
      .digest('base64')}`,
  );
  // While the secret is rotated, there are two.
  const all = String(signatures)
    .split(' ')
    .map((signature) => Buffer.from(signature));
  return all.some((signature) => signature.length === own.length && timingSafeEqual(signature, own));
}

async function receive(request: IncomingMessage): Promise<number> {
  if (!(Number(request.headers['content-length']) <= MAX_BODY_BYTES)) return 413;
  let body = '';
  // The signature is of the body as it was sent: parse it afterwards.
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  if (!isSigned(request.headers, body)) return 401;
  const { id, type, subject, sequence } = JSON.parse(body) as { id: string; type: string; subject: string; sequence: number };
  process.stdout.write(handled.has(id) ? `again ${type}\n` : `new ${type} ${subject} ${sequence}\n`);
  handled.add(id);
  return 204;
}

const server = createServer((request, response) => {
  const answer = (status: number) => response.writeHead(status).end();
  receive(request).then(answer, () => answer(500));
});
server.listen(Number(process.env['PORT'] ?? 8_080), '127.0.0.1', () => process.stdout.write('ready\n'));
