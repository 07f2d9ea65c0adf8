import { InvalidCursor, type KeysetList, NO_DATE, keyset, keysetRows } from './keyset.js';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

const ID = '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
const INSTANT = '2026-11-21T19:00:00.000Z';
const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
const row = (name: string): Row => ({ id: ID, name, createdAt: new Date(INSTANT) });

const BY_TIME: KeysetList<Row, string>['sort'] = [
  { column: 'created_at', property: 'createdAt', type: 'timestamptz' },
  { column: 'id', property: 'id', type: 'uuid' },
];
const BY_NAME: KeysetList<Row, string>['sort'] = [{ column: 'name', property: 'name', type: 'text' }];

/** Answers every statement with the same rows and keeps what was asked. */
function databaseWith(...names: string[]) {
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const query = <R extends object>(sql: string, parameters: readonly unknown[]): Promise<R[]> => {
    asked.push({ sql, parameters });
    return Promise.resolve(names.map(row) as object[] as R[]);
  };
  return { asked, query };
}
const listOf = (own: Partial<KeysetList<Row, string>> = {}): KeysetList<Row, string> => ({
  select: 'SELECT id, name, created_at FROM rows',
  filters: [],
  sort: BY_TIME,
  direction: 'desc',
  limit: 2,
  cursor: undefined,
  view: ({ name }) => name.toUpperCase(),
  ...own,
});

describe('A keyset list', () => {
  it('a list shows as many items as asked for, and a cursor to the next page', async () => {
    const { data, page } = await keyset(databaseWith('a', 'b', 'c'), listOf());
    expect(data).toEqual(['A', 'B']);
    expect(page.nextCursor).toBe(cursorOf([INSTANT, ID]));
  });

  it('a list has no next page when no row is left', async () => {
    expect((await keyset(databaseWith('a', 'b', 'c'), listOf({ limit: 3 }))).page.nextCursor).toBeNull();
    expect((await keyset(databaseWith('a', 'b', 'c'), listOf({ limit: 4 }))).page.nextCursor).toBeNull();
    expect(await keyset(databaseWith(), listOf({ limit: 1 }))).toEqual({ data: [], page: { nextCursor: null } });
  });

  it('a list without a cursor starts at the first row', async () => {
    const database = databaseWith();
    await keyset(database, listOf());
    expect(database.asked[0]!.sql.replaceAll(/\s+/g, ' ')).toBe(
      'SELECT id, name, created_at FROM rows ORDER BY created_at DESC, id DESC LIMIT $1',
    );
    expect(database.asked[0]!.parameters).toEqual([3]);
  });

  it('a list with a cursor continues after its row', async () => {
    const database = databaseWith('a', 'b', 'c');
    const { page } = await keyset(database, listOf());
    await keyset(database, listOf({ cursor: page.nextCursor!, filters: [['name <> ?', 'x']] }));
    expect(database.asked[1]!.sql).toContain('WHERE name <> $1 AND (created_at, id) < ($2::timestamptz, $3::uuid)');
    expect(database.asked[1]!.parameters).toEqual(['x', INSTANT, ID, 3]);
  });

  it('an ascending list continues forward', async () => {
    const database = databaseWith();
    await keyset(database, listOf({ sort: BY_NAME, direction: 'asc', cursor: cursorOf(['a']) }));
    expect(database.asked[0]!.sql).toContain('WHERE (name) > ($1::text) ORDER BY name ASC LIMIT $2');
  });

  it('a filter without a value is left out', async () => {
    const database = databaseWith();
    await keyset(database, listOf({ filters: [['name = ?', undefined], ['id = ?', ID]] })); // prettier-ignore
    expect(database.asked[0]!.sql).toContain('WHERE id = $1 ORDER BY');
    expect(database.asked[0]!.parameters).toEqual([ID, 3]);
  });

  it('each of several values is read in its order, and the pages are merged', async () => {
    const database = databaseWith();
    const asked = async (values: readonly string[] | undefined) => {
      const list = listOf({ sort: BY_NAME, filters: [['id = ?', ID]], anyOf: [['kind', values]], cursor: cursorOf(['a']) });
      await keyset(database, list);
      return database.asked.at(-1)!;
    };
    const { sql, parameters } = await asked(['x', 'y', 'x']);
    const part = (value: number) =>
      `(SELECT id, name, created_at FROM rows WHERE id = $1 AND (name) < ($2::text) AND kind = $${value} ORDER BY name DESC LIMIT $3)`;
    expect(sql).toBe(`SELECT * FROM (${part(4)} UNION ALL ${part(5)}) merged ORDER BY name DESC LIMIT $3`);
    expect(parameters).toEqual([ID, 'a', 3, 'x', 'y']);
    expect((await asked(['x'])).sql).toContain('AND kind = $3 ORDER BY name DESC LIMIT $4');
    expect((await asked(undefined)).sql).not.toContain('kind');
  });

  it('only the first column with several values is read value by value', async () => {
    const database = databaseWith();
    const sort = [{ column: 'r.name', property: 'name', type: 'text' }] as const;
    const anyOf = [
      ['r.id', [ID]],
      ['r.kind', ['x', 'y']],
      ['r.state', ['a', 'b']],
      ['r.size', undefined],
    ] as const;
    await keyset(database, listOf({ select: 'SELECT * FROM rows r', sort, anyOf }));
    const { sql, parameters } = database.asked[0]!;
    const part = (value: number) =>
      `(SELECT * FROM rows r WHERE r.id = $1 AND r.state = ANY ($2) AND r.kind = $${value} ORDER BY r.name DESC LIMIT $3)`;
    expect(sql).toBe(`SELECT * FROM (${part(4)} UNION ALL ${part(5)}) merged ORDER BY name DESC LIMIT $3`);
    expect(parameters).toEqual([ID, ['a', 'b'], 3, 'x', 'y']);
  });

  it('a list that views its rows together gets them as they are', async () => {
    const { rows, nextCursor } = await keysetRows(databaseWith('a', 'b', 'c'), listOf({ sort: BY_NAME }));
    expect(rows.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(nextCursor).toBe(cursorOf(['b']));
  });

  it('a day in a cursor is a day of the calendar, or none', async () => {
    const sort = [{ column: 'coalesce(r.made_on, x)', property: 'createdAt', type: 'date' }] as const;
    const read = (day: string) => keyset(databaseWith(), listOf({ sort, cursor: cursorOf([day]) }));
    for (const day of ['2024-02-29', NO_DATE]) await read(day);
    for (const day of ['2023-02-29', '0000-01-01', '2024-2-9', '2024-02-29T00:00:00.000Z', 'infinity', 'today'])
      await expect(read(day)).rejects.toThrow(InvalidCursor);
  });

  it('merged pages are in the order of the selected names', async () => {
    const database = databaseWith();
    const sort = [{ column: 'coalesce(r.made_on, x)', property: 'createdAt', type: 'date' }] as const;
    await keyset(database, listOf({ sort, anyOf: [['kind', ['x', 'y']]] }));
    expect(database.asked[0]!.sql).toContain(') merged ORDER BY created_at DESC');
  });

  it('a cursor of another list is refused', async () => {
    const tampered = [
      '',
      'x',
      '%%%',
      cursorOf(null),
      cursorOf(42),
      cursorOf({}),
      cursorOf([]),
      cursorOf([ID]),
      cursorOf([INSTANT, ID, ID]),
      cursorOf([INSTANT, `${ID}' OR true --`]),
      cursorOf(['now', ID]),
      cursorOf([1, 2]),
      cursorOf([[INSTANT], ID]),
      cursorOf({ 0: INSTANT, 1: ID, length: 2 }),
      cursorOf(['2026-02-30T19:00:00.000Z', ID]),
      cursorOf(['9999999-01-01T00:00:00.000Z', ID]),
    ];
    for (const cursor of tampered) await expect(keyset(databaseWith(), listOf({ cursor }))).rejects.toThrow(InvalidCursor);
    for (const name of ['a\0', '\ud800'])
      await expect(keyset(databaseWith(), listOf({ sort: BY_NAME, cursor: cursorOf([name]) }))).rejects.toThrow(InvalidCursor);
  });
});
