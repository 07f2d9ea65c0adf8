/** Makes docs/reactions.md. */
import type { ListedReaction } from './subscriptions.js';

const INTRODUCTION = `# Reactions

What each context does because something happened elsewhere. \`make openapi-files\` writes this page from the reactions in the code.
\`docs/asyncapi.json\`, which \`/docs/events\` shows, says what each event means. The name of a reaction is the name of its file and, after its context, of its queue.
`;

export function reactionsDocument(reactions: readonly ListedReaction[]): string {
  const contexts = [...new Set(reactions.map(({ context }) => context))].sort();
  return [INTRODUCTION, ...contexts.map((context) => sectionOf(context, reactions))].join('\n');
}

function sectionOf(context: string, all: readonly ListedReaction[]): string {
  const reactions = all.filter((reaction) => reaction.context === context);
  const arrows = reactions.map(({ source, event, name }, index) => `  ${source} -- ${event} --> R${index + 1}[${name}] --> ${context}`);
  const rows = reactions.map(
    ({ source, event, name }) => `| \`${source}.${event}\` | [${name}](../libs/${context}/src/application/reactions/${name}.ts) |`,
  );
  return `## ${context}

\`\`\`mermaid
flowchart LR
${arrows.join('\n')}
\`\`\`

| event | reaction |
| --- | --- |
${rows.join('\n')}
`;
}
