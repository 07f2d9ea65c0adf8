import { EntitySchema } from 'typeorm';
import type { TheatreState } from '../domain/theatre.js';

export const theatreSchema = new EntitySchema<TheatreState>({
  name: 'rooms.theatre',
  schema: 'rooms',
  tableName: 'theatres',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'theatres_pkey' },
    version: { type: 'integer' },
    name: { type: 'text' },
    nameKey: { type: 'text', name: 'name_key', nullable: true },
    timeZone: { type: 'text', name: 'time_zone' },
    currency: { type: 'text' },
    openedAt: { type: 'timestamptz', name: 'opened_at' },
  },
  indices: [{ name: 'theatres_by_name', columns: ['name', 'id'] }],
  checks: [
    { name: 'theatres_version_check', expression: 'version > 0' },
    { name: 'theatres_name_check', expression: `name <> ''` },
    { name: 'theatres_currency_check', expression: `currency ~ '^[A-Z]{3}$'` },
  ],
});
