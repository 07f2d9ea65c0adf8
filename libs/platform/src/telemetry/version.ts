/** The version of the system that runs, from its package.json: of the sources or of the image, whose folders differ in depth. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const VERSION = versionIn(import.meta.dirname);

function versionIn(folder: string): string {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return dirname(folder) === folder ? 'unknown' : versionIn(dirname(folder));
  }
}
