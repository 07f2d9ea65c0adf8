/** Breaking changes that `docs/api-changes.json` declares. */

/** Changes, in the words of the comparison, below the reason for them. */
export type DeclaredChanges = Readonly<Record<string, readonly string[]>>;

export function undeclaredChanges(changes: readonly string[], declared: DeclaredChanges): string[] {
  const known = new Set(Object.values(declared).flat());
  return changes.filter((change) => !known.has(change) && !known.has(ofEveryProblem(change)));
}

/** What is declared and has not changed. */
export function staleDeclarations(changes: readonly string[], declared: DeclaredChanges): string[] {
  const made = new Set(changes.flatMap((change) => [change, ofEveryProblem(change)]));
  return Object.values(declared)
    .flat()
    .filter((change) => !made.has(change));
}

/** Declared with `*` for the code of a problem is a change of a field that every problem has. */
const ofEveryProblem = (change: string): string => change.replace(/^problem [a-z-]+\.[a-z-]+\./, 'problem *.');
