/** What an audit entry says of a change: the fields whose stored values differ, as plain JSON, instants as text. Null where none differs. */
export function changedFields<State extends object>(
  before: State,
  after: State,
  fields: readonly (keyof State & string)[],
): Record<string, unknown> | null {
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  if (changed.length === 0) return null;
  return JSON.parse(JSON.stringify(Object.fromEntries(changed.map((field) => [field, after[field]])))) as Record<string, unknown>;
}
