/** A PostgreSQL server from an npm package: `make start` keeps its data, tests delete theirs. */
import { Client } from 'pg';
import { freePort } from './free-port.js';
import { packagedBinaries, readableBinaries } from './postgres/binaries.js';
import { ensureCluster } from './postgres/cluster.js';
import { prepareDataDirectory } from './postgres/data-directory.js';
import { startServer } from './postgres/server.js';
import { stopStaleServer } from './postgres/stale-server.js';

export interface EmbeddedPostgres {
  /** Contains the password of the user: must not be logged. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The directory of the data. As root it may be another one than `dataDir`. The server's log is `server.log` in it. */
  readonly directory: string;
  stop(this: void): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** False is faster, and a power cut may destroy the data. */
  readonly durable: boolean;
  /** Created when it does not exist. */
  readonly database?: string;
  readonly log: (line: string) => void;
  /** When it is aborted, the start stops what it has started and throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Throws an Error of one sentence when the port is taken or the data is in use or cannot be read. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durable, database = 'postgres', log, signal } = options;
  const packaged = packagedBinaries();
  const dataDirectory = prepareDataDirectory(options.dataDir, log);
  const binaries = dataDirectory.account ? readableBinaries(packaged, dataDirectory.account, log) : packaged;
  await stopStaleServer(dataDirectory.path, log);
  const port = await postgresPort(options.port);
  const password = await ensureCluster({ binaries, dataDirectory, durable, log, signal });
  const { pid, stop } = await startServer({ binaries, dataDirectory, port, durable, log, signal });
  const urlOf = (name: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`;
  try {
    if (database !== 'postgres') await ensureDatabase(urlOf('postgres'), database);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: urlOf(database), port, pid, directory: dataDirectory.path, stop };
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function postgresPort(requested: number): Promise<number> {
  try {
    return await freePort(requested);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${requested} on 127.0.0.1, wanted for PostgreSQL, is taken; stop what listens there or choose another port.`, {
      cause: error,
    });
  }
}
