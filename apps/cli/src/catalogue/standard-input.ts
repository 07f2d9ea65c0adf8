/** Standard input as a file: its reader looks at the beginning twice, to tell the format. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Calls `read` with the path of a temporary file that holds all of the stream. */
export async function standardInputAsFile<T>(stdin: Readable, read: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'movie-reservation-import-'));
  try {
    const path = join(folder, 'standard-input');
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }));
    return await read(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
