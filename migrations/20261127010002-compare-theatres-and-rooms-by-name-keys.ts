import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Unique {
  readonly table: string;
  readonly index: string;
  /** `name` is what the names are compared by. */
  readonly on: (name: string) => string;
}

const UNIQUE: readonly Unique[] = [
  { table: 'theatres', index: 'theatres_name', on: (name) => `((${name}))` },
  { table: 'rooms', index: 'rooms_name_in_theatre', on: (name) => `(theatre_id, (${name})) WHERE closed_at IS NULL` },
];

/** Names of theatres and rooms are unique without regard to accents, and to case as languages have it. */
export class CompareTheatresAndRoomsByNameKeys20261127010002 implements MigrationInterface {
  readonly name = 'CompareTheatresAndRoomsByNameKeys20261127010002';
  /** Indexes are made concurrently, which no transaction may do. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await makeKeys(runner, { table: 'theatres', scope: `''` });
    await makeKeys(runner, { table: 'rooms', scope: `CASE WHEN closed_at IS NULL THEN theatre_id::text ELSE id::text END` });
    for (const each of UNIQUE) await replaceIndex(runner, each, 'coalesce(name_key, lower(name))');
  }

  /** The index keeps its name: the version before tells by it that a name is taken. */
  async down(runner: QueryRunner): Promise<void> {
    for (const each of UNIQUE) await replaceIndex(runner, each, 'lower(name)');
    await runner.query(`UPDATE rooms.rooms SET name_key = NULL`);
    await runner.query(`UPDATE rooms.theatres SET name_key = NULL`);
  }
}

async function replaceIndex(runner: QueryRunner, { table, index, on }: Unique, name: string): Promise<void> {
  // An attempt that was cut off leaves this index, or only the new one.
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS rooms.${index}_new`);
  await runner.query(`CREATE UNIQUE INDEX CONCURRENTLY ${index}_new ON rooms.${table} ${on(name)}`);
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS rooms.${index}`);
  await runner.query(`ALTER INDEX rooms.${index}_new RENAME TO ${index}`);
}

interface Named {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
}

/** Names are unique in their scope. Two that are the same now, such as Étoile and Etoile, stay two: one keeps its lower case as key until it is renamed. */
async function makeKeys(runner: QueryRunner, { table, scope }: { table: string; scope: string }): Promise<void> {
  const rows = (await runner.query(`SELECT id, ${scope} AS scope, name FROM rooms.${table} ORDER BY id`)) as Named[];
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  const give = ({ id, scope: own }: Named, key: string): void => {
    if (keys.has(id) || taken.has(`${own} ${key}`)) return;
    keys.set(id, key);
    taken.add(`${own} ${key}`);
  };
  for (const row of rows) if (folded(row.name) === lowerCased(row.name)) give(row, folded(row.name));
  for (const row of rows) give(row, folded(row.name));
  for (const row of rows) give(row, lowerCased(row.name));
  await runner.query(
    `UPDATE rooms.${table} AS stored SET name_key = made.key FROM unnest($1::uuid[], $2::text[]) AS made (id, key) WHERE stored.id = made.id`,
    [[...keys.keys()], [...keys.values()]],
  );
}

/** As `sortKey` was when this migration was written. */
function folded(text: string): string {
  const plain = normalised(text).normalize('NFD').replaceAll(ACCENTS, '').replaceAll(INVISIBLE, '');
  const cased = plain.toLowerCase().replaceAll(ACCENTS, '').toUpperCase().toLowerCase();
  const key = normalised(cased.replaceAll(/[øłđħæœς]/g, (letter) => PLAIN_LETTERS[letter] ?? letter));
  return key === '' ? lowerCased(text) : key;
}

function lowerCased(text: string): string {
  return normalised(text).toLowerCase();
}

function normalised(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

const ACCENTS = /[\u0300-\u036f]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' };
