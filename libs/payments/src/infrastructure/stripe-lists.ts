/** Pages of Stripe's lists. */
import type Stripe from 'stripe';
import { OutcomeUnknown, type StripePage, UnreadableEvent } from '../domain/card-payments.js';

export function pageOf<Item extends { id: string }, Fact>(
  { data, has_more }: Stripe.ApiList<Item>,
  parse: (item: Item) => Fact,
  onUnreadable: (item: Item) => void,
): StripePage<Fact> {
  // The SDK takes any JSON without an error for an answer.
  if (!Array.isArray(data)) throw new OutcomeUnknown('The answer is no list of Stripe');
  return { facts: parseReadable(data, parse, onUnreadable), next: has_more ? (data.at(-1)?.id ?? null) : null };
}

/** Leaves out what cannot be parsed, so that it does not keep the rest of a list from being used. */
function parseReadable<Item, Fact>(items: readonly Item[], parse: (item: Item) => Fact, onUnreadable: (item: Item) => void): Fact[] {
  return items.flatMap((item) => {
    try {
      return [parse(item)];
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      onUnreadable(item);
      return [];
    }
  });
}

export function startingAfter(after: string | null): { starting_after?: string } {
  return after === null ? {} : { starting_after: after };
}
