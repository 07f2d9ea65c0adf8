/** Ends a connection, also one to a server that is frozen or gone: node-pg waits for such a server to close it, for ever. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

const TIMEOUT_MS = 1_000;

/** Resolves within a second. */
export async function endClient(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), pause(TIMEOUT_MS, undefined, { ref: false })]);
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}
