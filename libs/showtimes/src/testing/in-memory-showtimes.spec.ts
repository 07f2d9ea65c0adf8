import { InMemoryShowtimes } from './in-memory-showtimes.js';
import { showtimesContract } from './showtimes.contract.js';

describe('InMemoryShowtimes', () => showtimesContract(async () => Promise.resolve(new InMemoryShowtimes())));
