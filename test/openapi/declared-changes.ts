/** Breaking changes that the changelog of the API declares. */

/** Lines below "Unreleased" that begin with a change in backticks. */
export function declaredChanges(changelog: string): string[] {
  const [, unreleased = ''] = /^## Unreleased\n(.*?)(?=^## |(?![\s\S]))/ms.exec(changelog) ?? [];
  return [...unreleased.matchAll(/^- `([^`]+)`/gm)].map(([, change]) => change!);
}

export function undeclaredChanges(changes: readonly string[], changelog: string): string[] {
  const declared = declaredChanges(changelog);
  return changes.filter((change) => !declared.includes(change));
}
