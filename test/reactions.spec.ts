import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEAD_LETTERS_QUEUE, EVENT_LOG, UNROUTED } from '@app/platform/messaging/broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { allEventTypes } from '@app/contracts/all-events.js';

const root = join(import.meta.dirname, '..');
const reactions = readdirSync(join(root, 'libs'))
  .flatMap((context) => {
    const folder = join(root, 'libs', context, 'src', 'application', 'reactions');
    return filesIn(folder).map((file) => ({ context, name: basename(file, '.ts'), text: readFileSync(join(folder, file), 'utf8') }));
  })
  .map((reaction) => ({ ...reaction, queue: /@Subscribe\(\w+, \{ queue: '([^']+)' \}\)/.exec(reaction.text)?.[1] }));

/** Returns nothing for a folder that does not exist. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  } catch {
    return [];
  }
}

describe('Reactions and events', () => {
  it('there are reactions to check', () => {
    expect(reactions.length).toBeGreaterThan(5);
  });

  it.each(reactions)('$context: the queue of $name has its name', ({ context, name, queue }) => {
    expect(queue).toBe(`${context}.${name}`);
  });

  it.each(reactions)('$context: $name is drawn in the README', ({ name }) => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`[${name}]`);
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
