import { isReleaseDate } from './movie-details.js';

describe('isReleaseDate', () => {
  it('a calendar day from 1888 on is a release date', () => {
    for (const day of ['1888-10-14', '2016-11-11', '2024-02-29', '2000-02-29']) expect(isReleaseDate(day)).toBe(true);
  });

  it('a day that does not exist, or another format, is no release date', () => {
    for (const day of [
      '2023-02-29',
      '1900-02-29',
      '2016-13-01',
      '2016-00-10',
      '2016-01-00',
      '1887-01-01',
      '2016-1-1',
      '2016',
      '',
      '2016-11-11T00:00Z',
    ]) {
      expect(isReleaseDate(day)).toBe(false);
    }
  });
});
