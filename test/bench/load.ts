/** Load over HTTP: `load` keeps a fixed number of connections busy, `arrivals` sends at a fixed rate however long the answers take. */
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** `next` returns the next request, or null when there are no more: the load then ends early. */
export async function load(
  origin: string,
  next: () => LoadRequest | null,
  { seconds, connections = 64 }: { seconds: number; connections?: number },
): Promise<LoadResult> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = next();
      if (request === null) return;
      const sentAt = performance.now();
      const { statusCode, body } = await pool.request({ method: request.method, path: request.path, ...optionsOf(request) });
      await body.text();
      latencies.push(performance.now() - sentAt);
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const elapsedSeconds = (performance.now() - begin) / 1_000;
  await pool.close();
  return {
    perSecond: latencies.length / elapsedSeconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    statuses,
  };
}

/** Of the arrivals: more than wait at any time where the system keeps up. */
const MAX_CONNECTIONS = 2_000;

interface Arrival {
  readonly status: number;
  /** From the moment at which it should have been sent. */
  readonly latencyMs: number;
}

/** Sends `perSecond` requests a second, whether those before are answered or not, as people do who do not know of one another. */
export async function arrivals(
  origin: string,
  next: () => LoadRequest,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Arrival[]> {
  const pool = new Pool(origin, { connections: MAX_CONNECTIONS, pipelining: 1 });
  const begin = performance.now();
  const answered: Promise<Arrival>[] = [];
  const send = async (dueAt: number): Promise<Arrival> => {
    const request = next();
    const { statusCode: status, body } = await pool.request({ method: request.method, path: request.path, ...optionsOf(request) });
    await body.dump();
    return { status, latencyMs: performance.now() - dueAt };
  };
  for (const end = begin + seconds * 1_000; performance.now() < end; await pause(1)) {
    const due = ((performance.now() - begin) / 1_000) * perSecond;
    while (answered.length < due) answered.push(send(begin + (answered.length / perSecond) * 1_000));
  }
  const all = await Promise.all(answered);
  await pool.close();
  return all;
}

function optionsOf({ token, body, headers }: LoadRequest): { headers: Record<string, string>; body: string | null } {
  return {
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
