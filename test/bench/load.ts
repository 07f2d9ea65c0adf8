/** Load over HTTP: a fixed number of connections, each with the next request as soon as the last one is answered. */
import { Pool } from 'undici';

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadResult {
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
