/** The object storage of this run: every suite has it, and keys of movies are unique. */
import { BUCKET } from '../../apps/standalone/src/object-storage.js';

/** Nothing where no server runs, as in a unit test. */
export function objectStorageEnvironment(): Record<string, string> {
  const endpoint = process.env['TEST_S3_ENDPOINT'];
  if (endpoint === undefined) return {};
  return { S3_ENDPOINT: endpoint, S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: 'tests', S3_SECRET_ACCESS_KEY: 'tests' };
}
