/** What the movies context reads from the environment. */
import type { Environment } from '@app/platform/config/environment.js';

const VARIABLES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
/** What MinIO and other servers take, too. */
const MIN_SECRET_CHARACTERS = 3;

interface PosterStorageSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where browsers fetch the objects of the bucket, without a slash at the end. */
  readonly publicUrl: string;
}

export class MoviesSettings {
  /** Null: no poster can be uploaded. */
  readonly posterStorage: PosterStorageSettings | null;
  /** 0 is no limit. */
  readonly postersPerAdminPerMinute: number;

  constructor(env: Environment) {
    this.posterStorage = readPosterStorage(env);
    this.postersPerAdminPerMinute = env.integer('POSTERS_PER_ADMIN_PER_MINUTE', { fallback: 60, min: 0, max: 1_000_000 });
  }
}

function readPosterStorage(env: Environment): PosterStorageSettings | null {
  const given = VARIABLES.filter((name) => env.optional(name) !== null);
  if (given.length === 0) return null;
  if (given.length < VARIABLES.length) {
    env.faults.push(`${VARIABLES.join(', ')} must be given together`);
    return null;
  }
  const endpoint = env.baseUrl('S3_ENDPOINT');
  const bucket = env.text('S3_BUCKET');
  return {
    endpoint,
    region: env.text('S3_REGION', 'us-east-1'),
    bucket,
    accessKeyId: env.text('S3_ACCESS_KEY_ID'),
    secretAccessKey: env.secret('S3_SECRET_ACCESS_KEY', MIN_SECRET_CHARACTERS),
    publicUrl: withoutSlash(env.optionalBaseUrl('S3_PUBLIC_URL') ?? `${withoutSlash(endpoint)}/${bucket}`),
  };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
