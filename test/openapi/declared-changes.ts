/** Breaking changes that the changelog of the API declares. */

/** Lines below "Unreleased" that begin with a change in backticks. */
export function declaredChanges(changelog: string): string[] {
  const [, unreleased = ''] = /^## Unreleased\n(.*?)(?=^## |(?![\s\S]))/ms.exec(changelog) ?? [];
  return [...unreleased.matchAll(/^- `([^`]+)`/gm)].map(([, change]) => change!);
}

/** Declared with `*` for the code of a problem is a change of a field that every problem has. */
export function undeclaredChanges(changes: readonly string[], changelog: string): string[] {
  const declared = new Set(declaredChanges(changelog));
  return changes.filter((change) => !declared.has(change) && !declared.has(change.replace(/^problem [a-z-]+\.[a-z-]+\./, 'problem *.')));
}
