/** A Python with `pika`, the client of RabbitMQ that the example in `docs/examples` uses. Debian's package is installed where none is found. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { apt, canInstall } from './rabbitmq-install.js';

/** The second one is Debian's own, also where another one stands before it on the PATH. */
const PROGRAMS = ['python3', '/usr/bin/python3'];

/** Returns the program. Throws a sentence where there is none. */
export async function pythonWithPika(): Promise<string> {
  const found = await findPython();
  if (found !== null) return found;
  if (canInstall()) {
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', 'python3-pika');
    const installed = await findPython();
    if (installed !== null) return installed;
  }
  throw new Error('There is no Python 3 with pika: install Debian’s python3-pika, or run "pip install pika".');
}

async function findPython(): Promise<string | null> {
  for (const program of PROGRAMS) {
    const works = await promisify(execFile)(program, ['-c', 'import pika']).then(
      () => true,
      () => false,
    );
    if (works) return program;
  }
  return null;
}
