import { EntitySchema } from 'typeorm';
import type { RoomState } from '../domain/room.js';

export const roomSchema = new EntitySchema<RoomState>({
  name: 'rooms.room',
  schema: 'rooms',
  tableName: 'rooms',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'rooms_pkey' },
    version: { type: 'integer' },
    theatreId: { type: 'uuid', name: 'theatre_id' },
    name: { type: 'text' },
    nameKey: { type: 'text', name: 'name_key', nullable: true },
    cleaningMinutes: { type: 'integer', name: 'cleaning_minutes' },
    seats: { type: 'integer' },
    seatPlanVersion: { type: 'integer', name: 'seat_plan_version' },
    openedAt: { type: 'timestamptz', name: 'opened_at' },
    closedAt: { type: 'timestamptz', name: 'closed_at', nullable: true },
  },
  foreignKeys: [{ name: 'rooms_theatre_fkey', target: 'rooms.theatre', columnNames: ['theatreId'], referencedColumnNames: ['id'] }],
  indices: [
    { name: 'rooms_closed', columns: ['name', 'id'], where: 'closed_at IS NOT NULL' },
    { name: 'rooms_of_theatre', columns: ['theatreId', 'name', 'id'] },
    { name: 'rooms_by_name', columns: ['name', 'id'] },
    // On coalesce(name_key, lower(name)), which TypeORM cannot express.
    { name: 'rooms_name_in_theatre', columns: ['theatreId'], synchronize: false },
  ],
  checks: [
    { name: 'rooms_version_check', expression: 'version > 0' },
    { name: 'rooms_name_check', expression: `name <> ''` },
    { name: 'rooms_cleaning_check', expression: 'cleaning_minutes >= 0' },
    { name: 'rooms_seats_check', expression: 'seats > 0' },
    { name: 'rooms_seat_plan_check', expression: 'seat_plan_version > 0' },
  ],
});
