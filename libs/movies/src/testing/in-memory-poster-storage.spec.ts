import { InMemoryPosterStorage } from './in-memory-poster-storage.js';
import { posterStorageContract } from './poster-storage.contract.js';

describe('InMemoryPosterStorage', () => {
  const storage = new InMemoryPosterStorage();
  posterStorageContract(() => ({ storage, read: (key) => Promise.resolve(storage.objects.get(key) ?? null) }));
});
