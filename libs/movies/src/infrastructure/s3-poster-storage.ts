import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { withoutSlot } from '@app/platform/concurrency/admission.js';
import { PosterStorageUnavailable } from '../domain/errors.js';
import { PosterStorage } from '../domain/poster-storage.js';
import { MoviesSettings } from '../movies.settings.js';

/** A storage that does not answer must not hold an upload for long: it is tried twice. */
const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 2;

@Injectable()
export class S3PosterStorage extends PosterStorage implements OnApplicationShutdown {
  readonly #client: S3Client | null;
  readonly #settings: MoviesSettings['posterStorage'];

  constructor({ posterStorage }: MoviesSettings) {
    super();
    this.#settings = posterStorage;
    this.#client =
      posterStorage === null
        ? null
        : new S3Client({
            endpoint: posterStorage.endpoint,
            region: posterStorage.region,
            credentials: { accessKeyId: posterStorage.accessKeyId, secretAccessKey: posterStorage.secretAccessKey },
            // Other servers than Amazon's have no host for each bucket, and not all know its newer checksums.
            forcePathStyle: true,
            requestChecksumCalculation: 'WHEN_REQUIRED',
            responseChecksumValidation: 'WHEN_REQUIRED',
            maxAttempts: MAX_ATTEMPTS,
            requestHandler: {
              connectionTimeout: CONNECTION_TIMEOUT_MS,
              requestTimeout: REQUEST_TIMEOUT_MS,
              // Without it, the time-out only writes a warning.
              throwOnRequestTimeout: true,
            },
          });
  }

  /** When the port is closed: until then requests come. */
  onApplicationShutdown(): void {
    this.#client?.destroy();
  }

  async put(key: string, image: Buffer): Promise<void> {
    await this.send(
      (Bucket) =>
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: image,
          ContentType: 'image/webp',
          // An object never changes: a new poster has new keys.
          CacheControl: 'public, max-age=31536000, immutable',
        }),
    );
  }

  /** Reads a byte: HEAD has no body that tells an object that is not there from a bucket that is not there. */
  async has(key: string): Promise<boolean> {
    try {
      await this.send((Bucket) => new GetObjectCommand({ Bucket, Key: key, Range: 'bytes=0-0' }));
      return true;
    } catch (error) {
      if ((error as Error).cause instanceof NoSuchKey) return false;
      throw error;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.send((Bucket) => new DeleteObjectCommand({ Bucket, Key: key }));
  }

  urlOf(key: string): string {
    if (this.#settings === null) throw new PosterStorageUnavailable();
    return `${this.#settings.publicUrl}/${key}`;
  }

  /** A failure is a fault of the storage or of its settings, not of the request. */
  private async send(command: (bucket: string) => PutObjectCommand | DeleteObjectCommand | GetObjectCommand): Promise<void> {
    const client = this.#client;
    if (client === null || this.#settings === null) throw new PosterStorageUnavailable();
    const request = command(this.#settings.bucket);
    try {
      await withoutSlot(async () => {
        if (request instanceof PutObjectCommand) await client.send(request);
        else if (request instanceof DeleteObjectCommand) await client.send(request);
        // A body that is not read would keep its connection.
        else await (await client.send(request)).Body?.transformToByteArray();
      });
    } catch (error) {
      throw Object.assign(new PosterStorageUnavailable(), { cause: error });
    }
  }
}
