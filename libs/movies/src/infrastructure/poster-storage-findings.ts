/** Whether the storage of posters keeps an object, and browsers find it. */
import { newId } from '@app/kernel/id.js';
import { type Finding, fault, ok, reasonOf, warning } from '@app/platform/operations/findings/finding.js';
import type { MoviesSettings } from '../movies.settings.js';
import { S3PosterStorage } from './s3-poster-storage.js';

const PART = 'storage';
const FETCH_TIMEOUT_MS = 5_000;

/** Writes a small object, reads it as a browser does, and removes it. */
export async function posterStorageFindings(settings: MoviesSettings): Promise<Finding[]> {
  if (settings.posterStorage === null)
    return [warning(PART, 'None is set: no poster can be uploaded.', 'Set S3_ENDPOINT, S3_BUCKET and its two keys.')];
  const storage = new S3PosterStorage(settings);
  const key = `doctor/${newId()}`;
  try {
    await storage.put(key, Buffer.from('doctor'));
    const url = storage.urlOf(key);
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).then(
      ({ status }) => `it answers ${status}`,
      (error: unknown) => reasonOf(error),
    );
    await storage.remove([key]);
    const stored = ok(PART, `The bucket ${settings.posterStorage.bucket} keeps objects.`);
    if (answer === 'it answers 200') return [stored];
    return [
      stored,
      warning(
        PART,
        `From here, no object is found at S3_PUBLIC_URL: ${answer}`,
        'Let everybody read the bucket, and compare S3_PUBLIC_URL with where browsers reach it.',
      ),
    ];
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    return [
      fault(
        PART,
        `It keeps nothing: ${reasonOf(cause)}`,
        'Start the storage, create the bucket, and compare S3_ENDPOINT and its two keys.',
      ),
    ];
  } finally {
    storage.onApplicationShutdown();
  }
}
