import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Titles and genre names are compared without accents, and without case as languages have it. The stored keys are made anew. */
export class FoldSortKeys20261126100600 implements MigrationInterface {
  readonly name = 'FoldSortKeys20261126100600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await makeKeys(runner, { table: 'movies.movies', text: 'title', key: 'title_key' }, folded);
    await keepGenresApart(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await makeKeys(runner, { table: 'movies.movies', text: 'title', key: 'title_key' }, lowerCased);
    await makeKeys(runner, { table: 'movies.genres', text: 'name', key: 'name_key' }, lowerCased);
  }
}

const BATCH_ROWS = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

interface Keyed {
  readonly table: string;
  readonly text: string;
  readonly key: string;
}

async function makeKeys(runner: QueryRunner, { table, text, key }: Keyed, keyOf: (text: string) => string): Promise<void> {
  for (let after = FIRST_ID; ;) {
    const rows = (await runner.query(
      `SELECT id, ${text} AS text, ${key} AS key FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${BATCH_ROWS}`,
      [after],
    )) as { id: string; text: string; key: string }[];
    const changed = rows.filter((row) => keyOf(row.text) !== row.key);
    await runner.query(
      `UPDATE ${table} AS stored SET ${key} = made.key FROM unnest($1::uuid[], $2::text[]) AS made (id, key) WHERE stored.id = made.id`,
      [changed.map(({ id }) => id), changed.map((row) => keyOf(row.text))],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** Two genres whose names are the same now, such as Comédie and Comedie, stay two: the younger one keeps its old key until an admin renames it. */
async function keepGenresApart(runner: QueryRunner): Promise<void> {
  const genres = (await runner.query(`SELECT id, name, name_key AS key FROM movies.genres ORDER BY id`)) as {
    id: string;
    name: string;
    key: string;
  }[];
  const taken = new Set(genres.map(({ key }) => key));
  for (const { id, name, key } of genres) {
    const wanted = folded(name);
    if (wanted === key || taken.has(wanted)) continue;
    await runner.query(`UPDATE movies.genres SET name_key = $2 WHERE id = $1`, [id, wanted]);
    taken.add(wanted);
  }
}

/** As `sortKey` of the movies context was when this migration was written. */
function folded(text: string): string {
  const plain = normalised(text).normalize('NFD').replaceAll(ACCENTS, '').replaceAll(INVISIBLE, '');
  const cased = plain.toLowerCase().replaceAll(ACCENTS, '').toUpperCase().toLowerCase();
  const key = normalised(cased.replaceAll(/[øłđħæœς]/g, (letter) => PLAIN_LETTERS[letter] ?? letter));
  return key === '' ? normalised(text).toLowerCase() : key;
}

function lowerCased(text: string): string {
  return normalised(text).toLowerCase().normalize('NFC');
}

function normalised(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

const ACCENTS = /[\u0300-\u036f]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' };
