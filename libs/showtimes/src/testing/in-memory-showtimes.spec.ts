import { InMemoryShowtimes } from './in-memory-showtimes.js';
import { showtimesContract } from './showtimes.contract.js';

describe('Showtimes kept in memory', () => showtimesContract(async () => Promise.resolve(new InMemoryShowtimes())));
