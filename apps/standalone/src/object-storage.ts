/** An S3-compatible server from an npm package, in this process: `make start` keeps its objects, tests delete theirs. It ends with the process. */
import { startFauxqs } from 'fauxqs';

export const BUCKET = 'posters';

export interface ObjectStorage {
  /** The variables with which a process of ours uses it. */
  readonly env: Readonly<
    Record<'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY' | 'S3_PUBLIC_URL', string>
  >;
  stop(this: void): Promise<void>;
}

/** Port 0 takes a free port. Every key is accepted, and everybody may read: it listens on this machine only. */
export async function startObjectStorage({ dataDir, port }: { dataDir: string; port: number }): Promise<ObjectStorage> {
  const server = await startFauxqs({ port, host: '127.0.0.1', logger: false, dataDir });
  server.createBucket(BUCKET);
  const endpoint = `http://127.0.0.1:${server.port}`;
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
