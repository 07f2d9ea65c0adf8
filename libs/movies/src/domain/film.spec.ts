import { comparable, isReleaseDate, tidy } from './film.js';

describe('Writing a title', () => {
  it('puts spaces and composition in order and leaves the rest', () => {
    expect(tidy('  Ame\u0301lie   Poulain\n')).toBe('Am\u00e9lie Poulain');
  });

  it('compares titles without regard to case and spaces', () => {
    expect(new Set(['ARRIVAL', ' arrival ', 'Arrival'].map(comparable))).toEqual(new Set(['arrival']));
    expect(comparable('Amélie')).not.toBe(comparable('Amelie'));
  });
});

describe('Dating a film', () => {
  it('takes days of the calendar since there is film', () => {
    for (const day of ['1888-10-14', '2016-11-11', '2024-02-29', '2000-02-29']) expect(isReleaseDate(day)).toBe(true);
  });

  it('refuses days that never were and other ways of writing', () => {
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
