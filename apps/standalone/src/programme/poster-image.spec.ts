import sharp from 'sharp';
import SEED_MOVIES from './movies.json' with { type: 'json' };
import { dotsOf, drawable } from './dot-letters.js';
import { POSTER_HEIGHT, POSTER_WIDTH, posterImage, posterSvg } from './poster-image.js';

const LONGEST = 'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb';

describe('posterImage', () => {
  it('a poster has the size of a poster, and light letters on a darker ground', async () => {
    const image = sharp(await posterImage({ title: 'M', year: '1931' }));
    expect(await image.metadata()).toMatchObject({ format: 'png', width: POSTER_WIDTH, height: POSTER_HEIGHT });
    // Without the channel of opacity.
    const channels = (await image.stats()).channels.slice(0, 3);
    expect(Math.min(...channels.map(({ max }) => max))).toBeGreaterThan(200);
    expect(Math.max(...channels.map(({ mean }) => mean))).toBeLessThan(150);
  });

  it('no text is left to fonts, which a container has none of', () => {
    expect(posterSvg({ title: '<script>&amp;"', year: '2000' })).not.toMatch(/<text|font|script|amp/);
  });

  it.each([LONGEST, 'M', 'x'.repeat(300), 'word '.repeat(60).trim(), '映画'])('the letters of "%s" are inside the poster', (title) => {
    const circles = [...posterSvg({ title, year: '1964' }).matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)];
    const [xs, ys] = [circles.map(([, x]) => Number(x)), circles.map(([, , y]) => Number(y))];
    expect(circles.length).toBeGreaterThan(20);
    expect([Math.min(...xs) > 0, Math.max(...xs) < POSTER_WIDTH, Math.min(...ys) > 0, Math.max(...ys) < POSTER_HEIGHT]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('every letter of the seed movies can be drawn', () => {
    const unknown = dotsOf('\u0000').length;
    const letters = new Set(SEED_MOVIES.flatMap(({ title }) => [...drawable(title)]));
    const boxes = [...letters].filter(
      (letter) => letter !== 'O' && letter !== '0' && JSON.stringify(dotsOf(letter)) === JSON.stringify(dotsOf('\u0000')),
    );
    expect([unknown, boxes]).toEqual([20, []]);
  });
});
