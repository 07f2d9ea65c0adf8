import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Films and their genres. */
export class KeepTheCatalogue20261121082000 implements MigrationInterface {
  readonly name = 'KeepTheCatalogue20261121082000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SCHEMA movies`);
    await runner.query(`
      CREATE TABLE movies.movies (
        id uuid NOT NULL,
        version integer NOT NULL,
        status text NOT NULL,
        title text NOT NULL,
        title_key text NOT NULL,
        description text NOT NULL,
        runtime_minutes integer NOT NULL,
        release_date date,
        age_rating text,
        CONSTRAINT movies_pkey PRIMARY KEY (id),
        CONSTRAINT movies_version_check CHECK (version > 0),
        CONSTRAINT movies_status_check CHECK (status IN ('active', 'retired')),
        CONSTRAINT movies_title_check CHECK (title <> '' AND title_key <> ''),
        CONSTRAINT movies_runtime_check CHECK (runtime_minutes > 0)
      )`);
    // Lists are sorted by title; an import finds films by their title.
    await runner.query(`CREATE INDEX movies_listed ON movies.movies (status, title_key, id)`);
    await runner.query(`CREATE INDEX movies_titles ON movies.movies (title_key)`);

    await runner.query(`
      CREATE TABLE movies.genres (
        id uuid NOT NULL,
        name text NOT NULL,
        name_key text NOT NULL,
        CONSTRAINT genres_pkey PRIMARY KEY (id),
        CONSTRAINT genres_name_key UNIQUE (name_key),
        CONSTRAINT genres_name_check CHECK (name <> '' AND name_key <> '')
      )`);
    await runner.query(`
      CREATE TABLE movies.movie_genres (
        movie_id uuid NOT NULL,
        genre_id uuid NOT NULL,
        CONSTRAINT movie_genres_pkey PRIMARY KEY (movie_id, genre_id),
        CONSTRAINT movie_genres_movie_fkey FOREIGN KEY (movie_id) REFERENCES movies.movies (id),
        CONSTRAINT movie_genres_genre_fkey FOREIGN KEY (genre_id) REFERENCES movies.genres (id)
      )`);
    await runner.query(`CREATE INDEX movie_genres_genre ON movies.movie_genres (genre_id, movie_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA movies CASCADE`);
  }
}
