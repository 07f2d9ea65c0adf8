import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the names of theatres and rooms are compared by. Null in what the version before stores: it counts by its lower case. */
export class AddNameKeysToTheatresAndRooms20261127010001 implements MigrationInterface {
  readonly name = 'AddNameKeysToTheatresAndRooms20261127010001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL lock_timeout = '5s'`);
    await runner.query(`ALTER TABLE rooms.theatres ADD COLUMN name_key text`);
    await runner.query(`ALTER TABLE rooms.rooms ADD COLUMN name_key text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE rooms.rooms DROP COLUMN name_key`);
    await runner.query(`ALTER TABLE rooms.theatres DROP COLUMN name_key`);
  }
}
