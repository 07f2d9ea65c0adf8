import { ApiProperty } from '@nestjs/swagger';

/** How well a movie sold. */
export class PopularMovieView {
  /**
   * 1 for the movie with the most seats sold; movies with equal numbers share a rank.
   * @example 1
   */
  rank!: number;
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  movieId!: string;
  /** @example "Metropolis" */
  title!: string;
  /**
   * Showtimes in the period; cancelled ones are left out.
   * @example 14
   */
  showtimes!: number;
  /**
   * Seats of confirmed and completed reservations.
   * @example 812
   */
  seatsSold!: number;
  /**
   * Seats sold divided by the seats of its showtimes, 0 to 1.
   */
  @ApiProperty({ type: Number, format: 'double', minimum: 0, maximum: 1, example: 0.4833 })
  occupancy!: number;
}

export class PopularMoviesResponse {
  /** The movies, the most popular first. */
  data!: PopularMovieView[];
}
