import { isInstant, isText, isUuid, pageOf, readCursor } from './paging.js';
import { InvalidInput } from './http-errors.js';

const ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
const checks = [isInstant, isUuid];

describe('A list in pages', () => {
  const rows = ['a', 'b', 'c'];

  it('shows as many as asked for, and where the next page begins', () => {
    const page = pageOf(
      rows,
      2,
      (row) => [row],
      (row) => row.toUpperCase(),
    );
    expect(page.data).toEqual(['A', 'B']);
    expect(readCursor(page.page.nextCursor!, [isText])).toEqual(['b']);
  });

  it('has no next page when nothing is left', () => {
    expect(pageOf(rows, 3, (row) => [row], String).page.nextCursor).toBeNull();
    expect(pageOf(rows, 4, (row) => [row], String).page.nextCursor).toBeNull();
    expect(pageOf([], 1, String as never, String)).toEqual({ data: [], page: { nextCursor: null } });
  });

  it('begins at the beginning without a cursor', () => {
    expect(readCursor(undefined, checks)).toBeNull();
  });

  it('reads back the cursor it gave', () => {
    const key = ['2026-11-21T19:00:00.000Z', ID];
    expect(readCursor(cursorOf(key), checks)).toEqual(key);
  });

  it('refuses a cursor that somebody has changed', () => {
    const tampered = [
      '',
      'x',
      '%%%',
      cursorOf(null),
      cursorOf(42),
      cursorOf({}),
      cursorOf([]),
      cursorOf([ID]),
      cursorOf(['2026-11-21T19:00:00.000Z', ID, ID]),
      cursorOf(['2026-11-21T19:00:00.000Z', `${ID}' OR true --`]),
      cursorOf(['now', ID]),
      cursorOf([1, 2]),
      cursorOf([['2026-11-21T19:00:00.000Z'], ID]),
      cursorOf({ 0: '2026-11-21T19:00:00.000Z', 1: ID, length: 2 }),
      cursorOf(['2026-02-30T19:00:00.000Z', ID]),
      cursorOf(['9999999-01-01T00:00:00.000Z', ID]),
    ];
    for (const cursor of tampered) expect(() => readCursor(cursor, checks)).toThrow(InvalidInput);
    expect(() => readCursor(cursorOf(['a\0']), [isText])).toThrow(InvalidInput);
    expect(() => readCursor(cursorOf(['\ud800']), [isText])).toThrow(InvalidInput);
  });
});
