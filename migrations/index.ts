/** Every migration, oldest first. */
import { LayTheFoundation20261121080000 } from './20261121080000-lay-the-foundation.js';
import { KeepReservations20261121085000 } from './20261121085000-keep-reservations.js';

export const migrations = [
  LayTheFoundation20261121080000,
  KeepReservations20261121085000,
];
