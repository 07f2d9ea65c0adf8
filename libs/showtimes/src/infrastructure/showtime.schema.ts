import { EntitySchema } from 'typeorm';
import type { ShowtimeState } from '../domain/showtime.js';

export const showtimeSchema = new EntitySchema<ShowtimeState>({
  name: 'showtimes.showtime',
  schema: 'showtimes',
  tableName: 'showtimes',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'showtimes_pkey' },
    version: { type: 'integer' },
    status: { type: 'text' },
    movieId: { type: 'uuid', name: 'movie_id' },
    roomId: { type: 'uuid', name: 'room_id' },
    theatreId: { type: 'uuid', name: 'theatre_id' },
    seatPlanVersion: { type: 'integer', name: 'seat_plan_version' },
    seats: { type: 'integer' },
    startsAt: { type: 'timestamptz', name: 'starts_at' },
    endsAt: { type: 'timestamptz', name: 'ends_at' },
    roomFreeAt: { type: 'timestamptz', name: 'room_free_at' },
    timeZone: { type: 'text', name: 'time_zone' },
    startsAtLocal: { type: 'text', name: 'starts_at_local' },
    currency: { type: 'text' },
    prices: { type: 'jsonb' },
    salesOpenAt: { type: 'timestamptz', name: 'sales_open_at', nullable: true },
    scheduledAt: { type: 'timestamptz', name: 'scheduled_at' },
    cancelReason: { type: 'text', name: 'cancel_reason', nullable: true },
    movedVersion: { type: 'integer', name: 'moved_version', nullable: true },
    movedAt: { type: 'timestamptz', name: 'moved_at', nullable: true },
  },
  indices: [
    { name: 'showtimes_by_start', columns: ['startsAt', 'id'] },
    { name: 'showtimes_of_movie', columns: ['movieId', 'startsAt', 'id'] },
    { name: 'showtimes_of_room', columns: ['roomId', 'startsAt', 'id'] },
    { name: 'showtimes_of_theatre', columns: ['theatreId', 'startsAt', 'id'] },
    { name: 'showtimes_cancelled', columns: ['startsAt', 'id'], where: `status = 'cancelled'` },
    // On left(starts_at_local, 10), which TypeORM cannot express.
    { name: 'showtimes_of_day', columns: ['startsAt', 'id'], synchronize: false },
  ],
  checks: [
    { name: 'showtimes_version_check', expression: 'version > 0' },
    { name: 'showtimes_status_check', expression: `status IN ('scheduled', 'cancelled')` },
    { name: 'showtimes_seats_check', expression: 'seats > 0' },
    { name: 'showtimes_times_check', expression: 'starts_at < ends_at AND ends_at <= room_free_at' },
    { name: 'showtimes_local_check', expression: `starts_at_local ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$'` },
    { name: 'showtimes_sales_check', expression: 'sales_open_at < starts_at' },
    { name: 'showtimes_moved_check', expression: '(moved_version IS NULL) = (moved_at IS NULL)' },
  ],
  exclusions: [
    {
      name: 'showtimes_no_overlap',
      expression: `USING gist (room_id WITH =, tstzrange(starts_at, room_free_at, '[)') WITH &&) WHERE (status = 'scheduled')`,
    },
  ],
});
