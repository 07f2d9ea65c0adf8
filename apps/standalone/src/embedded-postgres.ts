/** A real PostgreSQL server out of an npm package: `make start` keeps its data, tests throw theirs away. */
import { type AddressInfo, createServer } from 'node:net';
import { Client } from 'pg';
import { initialise } from './postgres/cluster.js';
import { endOrphan } from './postgres/orphan.js';
import { preparePlace } from './postgres/place.js';
import { launch } from './postgres/server.js';

export interface EmbeddedPostgres {
  /** With the user's password in it: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the data really is; as root that may be elsewhere than asked. The server's log is `server.log` in it. */
  readonly directory: string;
  stop(this: void): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** false trades the data's survival of a power cut for speed. */
  readonly durable: boolean;
  /** Made if absent. */
  readonly database?: string;
  readonly log: (line: string) => void;
}

/** Throws an Error of one sentence when the port is taken or the data is in use or cannot be read. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durable, database = 'postgres', log } = options;
  const place = preparePlace(options.dataDir, log);
  await endOrphan(place.directory, log);
  const port = await freePort(options.port);
  const password = await initialise(place, durable, log);
  const { pid, stop } = await launch(place, port, durable, log);
  const urlOf = (name: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`;
  try {
    if (database !== 'postgres') await createDatabase(urlOf('postgres'), database);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: urlOf(database), port, pid, directory: place.directory, stop };
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new Error(`Port ${port} on 127.0.0.1, wanted for PostgreSQL, is taken; stop what listens there or choose another port.`));
    });
    probe.listen(port, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}
