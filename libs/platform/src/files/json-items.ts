/** Reads the elements of a JSON array one by one: a fault in one element does not hide the faults of the others. */
import { StringDecoder } from 'node:string_decoder';

export interface JsonItem {
  /** Counted from 0. */
  readonly index: number;
  /** The line where the element begins, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** The file as a whole is not a JSON array, so reading cannot continue. */
export class NotJsonArray extends Error {}

/** Throws `NotJsonArray`. The text of an item is not checked: it may be invalid JSON. */
export async function* jsonItems(source: AsyncIterable<Buffer>): AsyncGenerator<JsonItem> {
  const decoder = new StringDecoder('utf8');
  let position: 'before' | 'inside' | 'after' = 'before';
  let [line, depth, index, itemLine] = [1, 0, 0, 0];
  let [isInString, isEscaped, endedWithReturn] = [false, false, false];
  let text = '';
  const nextItem = (): JsonItem => ({ index: index++, line: itemLine || line, text: text.trim() });

  for await (const chunk of source) {
    for (const character of decoder.write(chunk)) {
      if (character === '\r' || (character === '\n' && !endedWithReturn)) line++;
      endedWithReturn = character === '\r';
      if (position !== 'inside') {
        if (/[\s\ufeff]/.test(character)) continue;
        if (position === 'after') throw new NotJsonArray(`line ${line}: something follows the array`);
        if (character !== '[') throw new NotJsonArray(`line ${line}: the file must be one array, "[" … "]"`);
        position = 'inside';
        continue;
      }
      if (isInString) {
        isInString = isEscaped || character !== '"';
        isEscaped = !isEscaped && character === '\\';
      } else if (character === '"') isInString = true;
      else if (character === '{' || character === '[') depth++;
      else if (depth > 0 && (character === '}' || character === ']')) depth--;
      else if (depth === 0 && (character === ',' || character === ']')) {
        const isEmpty = text.trim() === '';
        if (!(isEmpty && character === ']' && index === 0)) yield nextItem();
        [text, itemLine] = ['', 0];
        if (character === ']') position = 'after';
        continue;
      }
      if (itemLine === 0 && character.trim() !== '') itemLine = line;
      text += character;
    }
  }
  if (position === 'before') throw new NotJsonArray('the file is empty');
  if (position === 'inside') {
    throw new NotJsonArray(`line ${itemLine || line}: the array does not end${index > 0 ? ` after index ${index - 1}` : ''}`);
  }
}
