/** Faults that a subscriber of either kind may have, and the checks of `subscriber-test` that find them. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: number;
  readonly data: object;
}

interface SubscriberFault {
  readonly name: string;
  readonly isRefused: (event: ReceivedEvent) => boolean;
  readonly failedChecks: string[];
}

/** Each call returns faults that have seen nothing yet. */
export function subscriberFaults(): SubscriberFault[] {
  const seen = new Set<string>();
  const sequences = new Map<string, number>();
  return [
    {
      name: 'refuses what it handled before',
      isRefused: ({ id }) => seen.has(id) || seen.add(id) === undefined,
      failedChecks: ['the same event twice'],
    },
    {
      name: 'refuses types that it does not know',
      isRefused: ({ type }) => /\.v99$/.test(type),
      failedChecks: ['an event of a type that does not exist yet'],
    },
    {
      name: 'refuses fields that it does not know',
      isRefused: ({ data }) => 'addedLater' in data,
      failedChecks: ['fields that are added later'],
    },
    {
      name: 'expects the events in order',
      isRefused: ({ subject, sequence }) => {
        const expected = (sequences.get(subject) ?? 0) + 1;
        sequences.set(subject, sequence);
        return sequence !== expected;
      },
      failedChecks: ['the same event twice', 'events of one subject in another order', 'a gap in the sequence of a subject'],
    },
  ];
}
