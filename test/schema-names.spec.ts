import { readSources } from './tidy/sources.js';

/** Schemas of the document have the names of their classes: of two with one name only one would be in the document. */
function namesUsedTwice(sources: readonly { readonly path: string; readonly text: string }[]): string[] {
  const names = sources
    .filter(({ path }) => /\.(view|dto)\.ts$/.test(path))
    .flatMap(({ text }) => [...text.matchAll(/^(?:export )?class (\w+)/gm)].map(([, name]) => name!));
  return names.filter((name, index) => names.indexOf(name) !== index);
}

describe('The schemas of the document', () => {
  it('no two classes of requests or answers have the same name', () => {
    expect(namesUsedTwice(readSources())).toEqual([]);
  });

  it('a name that is used twice is found', () => {
    const view = (path: string) => ({ path, text: 'export class SeatView {}\n' });
    expect(namesUsedTwice([view('libs/rooms/src/seat.view.ts'), view('libs/reservations/src/seat.view.ts')])).toEqual(['SeatView']);
    expect(namesUsedTwice([view('libs/rooms/src/seat.view.ts'), view('libs/reservations/src/seat.ts')])).toEqual([]);
  });
});
