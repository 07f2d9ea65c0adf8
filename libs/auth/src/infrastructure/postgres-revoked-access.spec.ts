import { vi } from 'vitest';
import type { Settings } from '@app/platform/config/settings.js';
import type { Database } from '@app/platform/persistence/database.js';
import { PostgresRevokedAccess } from './postgres-revoked-access.js';

const USER = 'user-1';

describe('PostgresRevokedAccess', () => {
  let nowMs: number;
  let listed: string[];
  let readings: number;
  /** What happens while the list is read. */
  let whileReading: () => void;
  let access: PostgresRevokedAccess;

  beforeEach(() => {
    nowMs = 5_000;
    listed = [];
    readings = 0;
    whileReading = () => undefined;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const prepared = async (): Promise<{ id: string }[]> => {
      readings++;
      const rows = listed.map((id) => ({ id }));
      await Promise.resolve();
      whileReading();
      return rows;
    };
    access = new PostgresRevokedAccess({ prepared } as unknown as Database, { tokens: { accessTokenSeconds: 900 } } as Settings);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('a revocation is noticed at the latest when a second is over', async () => {
    expect(await access.includes(USER)).toBe(false);
    listed = [USER];
    nowMs += 1_000;
    expect(await access.includes(USER)).toBe(false);
    nowMs += 1;
    expect(await access.includes(USER)).toBe(true);
  });

  it('the second begins before the list is read', async () => {
    whileReading = () => {
      listed = [USER];
      nowMs += 700;
    };
    expect(await access.includes(USER)).toBe(false);
    whileReading = () => undefined;
    nowMs += 301;
    expect(await access.includes(USER)).toBe(true);
  });

  it('many requests cost one reading a second', async () => {
    for (const elapsedMs of [0, 1, 500, 499, 1, 1, 999]) {
      nowMs += elapsedMs;
      await Promise.all(Array.from({ length: 20 }, () => access.includes(USER)));
    }
    expect(readings).toBe(2);
  });

  it('a list that could not be read is read again by the next request', async () => {
    whileReading = () => {
      throw new Error('away');
    };
    await expect(access.includes(USER)).rejects.toThrow('away');
    whileReading = () => undefined;
    listed = [USER];
    expect(await access.includes(USER)).toBe(true);
  });
});
