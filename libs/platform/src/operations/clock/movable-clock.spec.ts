import { vi } from 'vitest';
import { HOUR_MS } from '@app/kernel/durations.js';
import type { Database } from '../../persistence/database.js';
import { MovableClock } from './movable-clock.js';

const READING_TAKES_MS = 50;

describe('MovableClock', () => {
  let offsetMs: number;
  let clocks: MovableClock[];

  beforeEach(() => {
    vi.useFakeTimers();
    offsetMs = 0;
    clocks = [];
  });
  afterEach(() => {
    for (const clock of clocks) clock.onApplicationShutdown();
    vi.useRealTimers();
  });

  const query = async (sql: string, [addedMs = 0]: readonly number[] = []): Promise<object[]> => {
    if (sql.includes('offset_ms = offset_ms +')) offsetMs += addedMs;
    else if (sql.includes('offset_ms = 0')) offsetMs = 0;
    const rows = [{ offsetMs }];
    if (sql.startsWith('SELECT')) await new Promise((resolve) => setTimeout(resolve, READING_TAKES_MS));
    return rows;
  };

  const offsetsAtAnswerOf = async (act: Promise<void>): Promise<number[]> => {
    let offsets: number[] = [];
    const answered = act.then(() => void (offsets = clocks.map((clock) => clock.offsetMs)));
    await vi.advanceTimersByTimeAsync(1_000);
    await answered;
    return offsets;
  };

  it('a clock that is moved or set back is so in every process before the answer', async () => {
    // Each reads at another moment of a period.
    for (let i = 0; i < 25; i++) {
      const starting = new MovableClock({ query } as unknown as Database);
      clocks.push(starting);
      void starting.onModuleInit();
      await vi.advanceTimersByTimeAsync(10);
    }
    const [clock] = clocks;
    expect(await offsetsAtAnswerOf(clock!.advance(3 * HOUR_MS))).toEqual(clocks.map(() => 3 * HOUR_MS));
    expect(clock!.now().getTime()).toBe(Date.now() + 3 * HOUR_MS);
    expect(await offsetsAtAnswerOf(clock!.reset())).toEqual(clocks.map(() => 0));
  });
});
