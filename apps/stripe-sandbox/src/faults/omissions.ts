/** What the answers and deliveries leave out, as those of other stand-ins for Stripe do. */
export const OMISSIONS = ['replay_headers', 'metadata', 'amount_received'] as const;

export type Omission = (typeof OMISSIONS)[number];

/** Returns the value without these members, at any depth. */
export function withoutMembers(value: unknown, omitted: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutMembers(item, omitted));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([member]) => !omitted.includes(member));
  return Object.fromEntries(kept.map(([member, inner]) => [member, withoutMembers(inner, omitted)]));
}
