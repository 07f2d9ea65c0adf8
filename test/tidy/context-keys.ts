/** The rule about keys of the context of a request: nestjs-cls reads a text as a path. */
import ts from 'typescript';
import { type Finding, find } from './rules.js';
import type { Source } from './sources.js';

export function contextKeys(source: Source): Finding[] {
  return find(source, (node, add) => {
    if (!ts.isCallExpression(node) || !/\bcls\.(get|set)$/.test(node.expression.getText(source.ast!))) return;
    const [key] = node.arguments;
    if (key && ts.isStringLiteralLike(key)) add(`a key of a context is a symbol: ${key.text}`);
  });
}
