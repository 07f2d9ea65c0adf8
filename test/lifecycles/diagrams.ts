/** Reads the state diagrams of `docs/lifecycles.md`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The state of a thing that does not exist. */
export const NONE = '[*]';

/** Returns the edges of each diagram by the title of its section. */
export function readDiagrams(): ReadonlyMap<string, readonly Edge[]> {
  const text = readFileSync(join(import.meta.dirname, '../../docs/lifecycles.md'), 'utf8');
  const sections = text.matchAll(/^## (.+)$[^]*?^```mermaid\nstateDiagram-v2\n([^]*?)^```$/gm);
  return new Map([...sections].map(([, title, diagram]) => [title!, parseEdges(diagram!)]));
}

/** A line that is neither an edge nor a choice is an error, so that no edge is overlooked. */
function parseEdges(diagram: string): Edge[] {
  return diagram
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^state \w+ <<choice>>$/.test(line))
    .map((line) => {
      const [, from, to, label = ''] = /^(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: (.+))?$/.exec(line) ?? [];
      if (from === undefined || to === undefined) throw new Error(`Not an edge: ${line}`);
      return { from, to, label };
    });
}

/**
 * Returns the transitions that the edges stand for, as lines `from --> to`. The node `apply` is a choice: an edge into it and an edge out of it
 * are one transition. An edge without a label to the end only says that a state is final, so it is no transition.
 */
export function transitionsOf(edges: readonly Edge[]): string[] {
  const afterChoice = edges.filter(({ from }) => from === 'apply').map(({ to }) => to);
  const transitions = edges
    .filter(({ from, to, label }) => from !== 'apply' && !(to === NONE && label === ''))
    .flatMap(({ from, to }) => (to === 'apply' ? afterChoice : [to]).filter((end) => end !== from).map((end) => `${from} --> ${end}`));
  return [...new Set(transitions)].sort();
}

export function statesOf(edges: readonly Edge[]): string[] {
  return [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((state) => state !== NONE && state !== 'apply').sort();
}
