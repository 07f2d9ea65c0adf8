import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEAD_LETTERS_QUEUE, EVENT_LOG, UNROUTED } from '@app/platform/messaging/broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { allEventTypes } from '@app/contracts/all-events.js';
import { reactionsDocument } from './reactions/document.js';
import { type ListedReaction, listedReactions } from './reactions/subscriptions.js';

const root = join(import.meta.dirname, '..');
const reactions = readdirSync(join(root, 'libs'))
  .flatMap((context) => {
    const folder = join(root, 'libs', context, 'src', 'application', 'reactions');
    return filesIn(folder).map((file) => ({ context, name: basename(file, '.ts'), text: readFileSync(join(folder, file), 'utf8') }));
  })
  .map((reaction) => ({ ...reaction, queue: /@Subscribe\(\w+, \{ queue: '([^']+)'(?:, alone: true)? \}\)/.exec(reaction.text)?.[1] }));

/** The contexts whose reactions the README draws, and those whose events it draws besides. */
const DRAWN = { reacting: ['showtimes', 'reservations', 'payments'], told: ['movies', 'rooms'] };

const toArrow = ({ source, event, name, context }: ListedReaction): string => [source, event, name, context].join(' ');

/** Every arrow with a reaction, in order. What stands after the event in quotes is a condition. */
function drawnIn(text: string): string[] {
  const arrows = text.matchAll(/^ +(\w+) -- "?([\w-]+).*"? --> \w+\[([\w-]+)\] --> (\w+)$/gm);
  return [...arrows].map(([, ...parts]) => parts.join(' ')).sort();
}

/** Returns nothing for a folder that does not exist. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  } catch {
    return [];
  }
}

describe('Reactions and events', () => {
  let listed: ListedReaction[];

  beforeAll(async () => void (listed = await listedReactions()), 60_000);

  it('every reaction is in the list of its context, and nothing else', () => {
    const names = (all: readonly { context: string; name: string }[]): string[] =>
      all.map(({ context, name }) => `${context}.${name}`).sort();
    expect(names(listed)).toEqual(names(reactions));
  });

  it.each(reactions)('$context: the queue of $name has its name', ({ context, name, queue }) => {
    expect(queue).toBe(`${context}.${name}`);
  });

  it('docs/reactions.md is that of the code; make openapi-files writes it', () => {
    expect(readFileSync(join(root, 'docs/reactions.md'), 'utf8')).toBe(reactionsDocument(listed));
  });

  it('the README draws what is done for seats and money, and nothing else', () => {
    const shown = listed.filter(
      ({ context, source }) => DRAWN.reacting.includes(context) && [...DRAWN.reacting, ...DRAWN.told].includes(source),
    );
    expect(drawnIn(readFileSync(join(root, 'README.md'), 'utf8'))).toEqual(shown.map(toArrow).sort());
  });

  it('an arrow of the README with another event or reaction is found', () => {
    const drawing =
      '  rooms -- "room-changed (later)" --> O[correct-ends-when-room-changed] --> showtimes\n  payments <-- "intents" --> stripe((Stripe))\n';
    expect(drawnIn(drawing)).toEqual(['rooms room-changed correct-ends-when-room-changed showtimes']);
  });

  it('a restore empties every queue of ours, and none of a subscriber', () => {
    const [, pattern] = /grep -E '([^']+)'/.exec(readFileSync(join(root, 'docs/backups.md'), 'utf8'))!;
    const isEmptied = (queue: string): boolean => new RegExp(pattern!).test(queue);
    const ours = [...reactions.map(({ queue }) => queue!), retryQueue(1_000), DEAD_LETTERS_QUEUE, UNROUTED];
    expect(ours.filter((queue) => !isEmptied(queue))).toEqual([]);
    expect([EVENT_LOG, 'subscriber.partner.reservations', 'subscriber.reports.x'].filter(isEmptied)).toEqual([]);
  });

  it('every event has a type of its own, named by context, fact and version', () => {
    expect(new Set(allEventTypes).size).toBe(allEventTypes.length);
    for (const type of allEventTypes) expect(type).toMatch(/^(auth|movies|rooms|showtimes|reservations|payments)\.[a-z]+(-[a-z]+)*\.v\d+$/);
  });
});
