import { noDatabase } from './no-database.js';
import { aGenre } from './films.js';
import { genresContract } from './genres.contract.js';
import { InMemoryGenres } from './in-memory-genres.js';
import { InMemoryMovies } from './in-memory-movies.js';
import { moviesContract } from './movies.contract.js';

describe('Films kept in memory', () =>
  moviesContract(async () =>
    Promise.resolve({
      movies: new InMemoryMovies(),
      genres: ['A', 'B', 'C'].map((name) => aGenre(name)),
      transaction: (work) => noDatabase.transaction(work),
    }),
  ));

describe('Genres kept in memory', () =>
  genresContract(async () => {
    const used = new Set<string>();
    const genres = new InMemoryGenres((id) => used.has(id));
    return Promise.resolve({ genres, use: async (id) => Promise.resolve(void used.add(id)) });
  }));
