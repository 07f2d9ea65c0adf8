import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { aGenre } from './builders.js';
import { genresContract } from './genres.contract.js';
import { InMemoryGenres } from './in-memory-genres.js';
import { InMemoryMovies } from './in-memory-movies.js';
import { moviesContract } from './movies.contract.js';

describe('InMemoryMovies', () =>
  moviesContract(async () =>
    Promise.resolve({
      movies: new InMemoryMovies(),
      genres: ['A', 'B', 'C'].map((name) => aGenre(name)),
      transactions: new ImmediateTransactions(),
    }),
  ));

describe('InMemoryGenres', () =>
  genresContract(async () => {
    const used = new Set<string>();
    const genres = new InMemoryGenres((id) => used.has(id));
    return Promise.resolve({ genres, use: async (id) => Promise.resolve(void used.add(id)) });
  }));
