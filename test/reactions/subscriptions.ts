/** The reactions that workers run, from the lists of each context. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { subscriptionOf } from '@app/platform/messaging/subscribe.js';

const ROOT = join(import.meta.dirname, '../..');

export interface ListedReaction {
  /** The context that reacts. */
  readonly context: string;
  /** The name of its file. */
  readonly name: string;
  /** The context whose event it is. */
  readonly source: string;
  /** The type of the event without context and version. */
  readonly event: string;
}

/** In the order of contexts, events and names. */
export async function listedReactions(): Promise<ListedReaction[]> {
  const files = globSync('libs/*/src/application/handlers.ts', { cwd: ROOT });
  const lists = await Promise.all(files.map((file) => import(/* @vite-ignore */ pathToFileURL(join(ROOT, file)).href) as Promise<object>));
  const subscriptions = lists.flatMap((list) => Object.values(list).flat()).map(subscriptionOf);
  return subscriptions
    .flatMap((subscription) => {
      if (subscription === null) return [];
      const [context = '', name = ''] = subscription.queue.split('.');
      const [source = '', event = ''] = subscription.event.type.split('.');
      return [{ context, name, source, event }];
    })
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ context, source, event, name }: ListedReaction): string => [context, source, event, name].join(' ');
