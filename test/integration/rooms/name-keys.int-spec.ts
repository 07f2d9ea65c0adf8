import { DataSource } from 'typeorm';
import { newId } from '@app/kernel/id.js';
import { CompareTheatresAndRoomsByNameKeys20261127010002 } from '../../../migrations/20261127010002-compare-theatres-and-rooms-by-name-keys.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

describe('Names of theatres and rooms that were stored before they had keys', () => {
  const migration = new CompareTheatresAndRoomsByNameKeys20261127010002();
  let database: FreshDatabase;
  let source: DataSource;
  beforeAll(async () => {
    database = await freshDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url, installExtensions: false }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database.drop();
  });

  const insertTheatre = (name: string, id = newId()): Promise<unknown> =>
    source.query(
      `INSERT INTO rooms.theatres (id, version, name, time_zone, currency, opened_at) VALUES ($1, 1, $2, 'Europe/Berlin', 'EUR', now())`,
      [id, name],
    );
  const insertRoom = (theatreId: string, name: string, { isClosed = false } = {}): Promise<unknown> =>
    source.query(
      `INSERT INTO rooms.rooms (id, version, theatre_id, name, cleaning_minutes, seats, seat_plan_version, opened_at, closed_at)
       VALUES ($1, 1, $2, $3, 15, 1, 1, now(), CASE WHEN $4 THEN now() END)`,
      [newId(), theatreId, name, isClosed],
    );
  const keysOf = async (table: string): Promise<string[][]> =>
    (await source.query<{ name: string; name_key: string }[]>(`SELECT name, name_key FROM rooms.${table} ORDER BY id`)).map(
      ({ name, name_key }) => [name, name_key],
    );

  it('two stored rooms of one name stay two, and no third one is added', async () => {
    const runner = source.createQueryRunner();
    await migration.down(runner);
    const theatreId = newId();
    await insertTheatre('Étoile', theatreId);
    for (const name of ['Etoile', 'İstanbul', 'Straße']) await insertTheatre(name);
    for (const name of ['Salle Érard', 'Salle Erard', 'SALLE ERÅRD']) await insertRoom(theatreId, name);
    await insertRoom(theatreId, 'Salle Erard', { isClosed: true });

    await migration.up(runner);
    expect(await keysOf('theatres')).toEqual([
      ['Étoile', 'étoile'],
      ['Etoile', 'etoile'],
      ['İstanbul', 'istanbul'],
      ['Straße', 'strasse'],
    ]);
    expect(await keysOf('rooms')).toEqual([
      ['Salle Érard', 'salle érard'],
      ['Salle Erard', 'salle erard'],
      ['SALLE ERÅRD', 'salle erård'],
      ['Salle Erard', 'salle erard'],
    ]);
    // As the version before adds one.
    await expect(insertTheatre('ETOILE')).rejects.toThrow('theatres_name');
    await expect(insertRoom(theatreId, 'salle ERARD')).rejects.toThrow('rooms_name_in_theatre');
    await runner.release();
  });

  it('the migration of the keys can be repeated after it was cut off', async () => {
    const runner = source.createQueryRunner();
    const before = await keysOf('theatres');
    await migration.up(runner);
    expect(await keysOf('theatres')).toEqual(before);
    await runner.release();
  });
});
