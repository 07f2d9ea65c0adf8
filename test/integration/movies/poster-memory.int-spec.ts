/** What one poster may cost an api: its container has a fixed size, and the kernel ends what exceeds that. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { SharpPosterImages } from '../../../libs/movies/src/infrastructure/sharp-poster-images.js';
import { composed } from '../../support/compose.js';

const ROOT = join(import.meta.dirname, '../../..');
/** The largest posters that are kept whole in memory: eight million pixels, of four channels. */
const WIDTH = 2_450;
const HEIGHT = 3_260;
const MAX_RISE_MIB = 150;

const imageOf = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 51, g: 102, b: 153, alpha: 0.5 } } });
const progressiveCmyk = (width: number, height: number) =>
  imageOf(width, height).toColourspace('cmyk').jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();

/** Renders the image of standard input ten times, two at once, and prints by how many MiB the most memory of the process rose. */
const CHILD = `
  import { buffer } from 'node:stream/consumers';
  const { SharpPosterImages } = await import('./libs/movies/src/infrastructure/sharp-poster-images.ts');
  const images = new SharpPosterImages();
  const upload = await buffer(process.stdin);
  const before = process.resourceUsage().maxRSS;
  for (let i = 0; i < 5; i++) await Promise.all([images.render(upload), images.render(upload)]);
  console.log((process.resourceUsage().maxRSS - before) / 1_024);
`;

function riseOf(upload: Buffer): number {
  const { MALLOC_MMAP_THRESHOLD_ } = composed().services['api']!.environment!;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', './test/support/typescript.mjs', '--import', 'reflect-metadata', '--input-type=module', '--eval', CHILD],
    { cwd: ROOT, input: upload, encoding: 'utf8', env: { ...process.env, MALLOC_MMAP_THRESHOLD_ } },
  );
  expect(stderr).toBe('');
  return Number(stdout);
}

describe('The memory of a poster', () => {
  it('the largest progressive poster, ten times, costs less than 150 MiB', async () => {
    const rise = riseOf(await progressiveCmyk(WIDTH, HEIGHT));
    expect(rise).toBeGreaterThan(0);
    expect(rise).toBeLessThan(MAX_RISE_MIB);
  }, 120_000);

  it('an image that is kept whole in memory is refused above 8 million pixels', async () => {
    const refused: [string, Buffer][] = [
      ['a progressive JPEG', await progressiveCmyk(WIDTH, HEIGHT + 20)],
      [
        'a PNG',
        await imageOf(WIDTH, HEIGHT + 20)
          .png()
          .toBuffer(),
      ],
      [
        'an interlaced PNG',
        await imageOf(WIDTH, HEIGHT + 20)
          .png({ progressive: true })
          .toBuffer(),
      ],
      [
        'a lossless WebP',
        await imageOf(WIDTH, HEIGHT + 20, 4)
          .webp({ lossless: true, effort: 0 })
          .toBuffer(),
      ],
    ];
    const images = new SharpPosterImages();
    for (const [what, upload] of refused)
      await expect(
        images.render(upload).then(() => 'accepted', String),
        what,
      ).resolves.toMatch('8 million pixels, and is neither');
  });

  it('an image that is read line by line may have 40 million pixels', async () => {
    const images = new SharpPosterImages();
    const accepted = [await imageOf(6_320, 6_320).jpeg().toBuffer(), await imageOf(6_320, 6_320).webp({ effort: 0 }).toBuffer()];
    for (const upload of accepted) expect((await images.render(upload)).map(({ width }) => width)).toEqual([320, 960]);
  });
});
