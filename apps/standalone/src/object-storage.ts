/** An S3-compatible server from an npm package, in this process: `make start` keeps its objects, tests delete theirs. It ends with the process. */
import { channel } from 'node:diagnostics_channel';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

export const BUCKET = 'posters';

const HOST = '127.0.0.1';
/** Published by every instance of Fastify while it is made: fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks. */
const FASTIFY_MADE = 'fastify.initialization';

interface HttpServer {
  listen(options: object): Promise<string>;
}

export interface ObjectStorage {
  /** The variables with which a process of ours uses it. */
  readonly env: Readonly<
    Record<'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY' | 'S3_PUBLIC_URL', string>
  >;
  stop(this: void): Promise<void>;
}

/** Port 0 takes a free port. Every key is accepted, and everybody may read: it listens on this machine only. */
export async function startObjectStorage({ dataDir, port }: { dataDir: string; port: number }): Promise<ObjectStorage> {
  const server = await listeningHereOnly(() => startFauxqs({ port, logger: false, dataDir }));
  server.createBucket(BUCKET);
  const endpoint = `http://${HOST}:${server.port}`;
  return {
    env: {
      S3_ENDPOINT: endpoint,
      S3_REGION: 'us-east-1',
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY_ID: 'standalone',
      S3_SECRET_ACCESS_KEY: 'standalone',
      S3_PUBLIC_URL: `${endpoint}/${BUCKET}`,
    },
    stop: () => server.stop(),
  };
}

/** The package listens on every address of the machine: its option `host` names the queues only. It makes its server before it first waits. */
async function listeningHereOnly(start: () => Promise<FauxqsServer>): Promise<FauxqsServer> {
  const narrow = (message: unknown): void => {
    const { fastify } = message as { fastify: HttpServer };
    const listen = fastify.listen.bind(fastify);
    fastify.listen = (options) => listen({ ...options, host: HOST });
  };
  const made = channel(FASTIFY_MADE);
  made.subscribe(narrow);
  let starting: Promise<FauxqsServer>;
  try {
    starting = start();
  } finally {
    made.unsubscribe(narrow);
  }
  return starting;
}
