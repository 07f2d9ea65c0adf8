import { PosterStorageUnavailable } from '../domain/errors.js';
import { PosterStorage } from '../domain/poster-storage.js';

/** Keeps objects in memory. While `isAway`, every call is refused. */
export class InMemoryPosterStorage extends PosterStorage {
  readonly objects = new Map<string, Buffer>();
  isAway = false;

  put(key: string, image: Buffer): Promise<void> {
    if (this.isAway) return Promise.reject(new PosterStorageUnavailable());
    this.objects.set(key, image);
    return Promise.resolve();
  }

  has(key: string): Promise<boolean> {
    if (this.isAway) return Promise.reject(new PosterStorageUnavailable());
    return Promise.resolve(this.objects.has(key));
  }

  remove(keys: readonly string[]): Promise<void> {
    if (this.isAway) return Promise.reject(new PosterStorageUnavailable());
    for (const key of keys) this.objects.delete(key);
    return Promise.resolve();
  }

  urlOf(key: string): string {
    return `https://posters.test/${key}`;
  }
}
