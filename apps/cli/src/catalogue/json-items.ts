/** The elements of a JSON array one by one, so that a fault in one can be named and the others read on. */
import { StringDecoder } from 'node:string_decoder';

export interface JsonItem {
  /** From 0. */
  readonly index: number;
  /** Where it begins. */
  readonly line: number;
  readonly text: string;
}

/** The file is not an array as a whole: there is no going on. */
export class NotJsonArray extends Error {}

/** Throws `NotJsonArray`. The text of an item may still be broken inside. */
export async function* jsonItems(source: AsyncIterable<Buffer>): AsyncGenerator<JsonItem> {
  const decoder = new StringDecoder('utf8');
  let place: 'before' | 'inside' | 'behind' = 'before';
  let [line, depth, index, itemLine] = [1, 0, 0, 0];
  let [inString, escaped] = [false, false];
  let text = '';
  const item = (): JsonItem => ({ index: index++, line: itemLine || line, text: text.trim() });

  for await (const chunk of source) {
    for (const character of decoder.write(chunk)) {
      if (character === '\n') line++;
      if (place !== 'inside') {
        if (/[\s\ufeff]/.test(character)) continue;
        if (place === 'behind') throw new NotJsonArray(`line ${line}: something follows the array`);
        if (character !== '[') throw new NotJsonArray(`line ${line}: the file must be one array of films, "[" … "]"`);
        place = 'inside';
        continue;
      }
      if (inString) {
        inString = escaped || character !== '"';
        escaped = !escaped && character === '\\';
      } else if (character === '"') inString = true;
      else if (character === '{' || character === '[') depth++;
      else if (depth > 0 && (character === '}' || character === ']')) depth--;
      else if (depth === 0 && (character === ',' || character === ']')) {
        const empty = text.trim() === '';
        if (!(empty && character === ']' && index === 0)) yield item();
        [text, itemLine] = ['', 0];
        if (character === ']') place = 'behind';
        continue;
      }
      if (itemLine === 0 && character.trim() !== '') itemLine = line;
      text += character;
    }
  }
  if (place === 'before') throw new NotJsonArray('the file is empty');
  if (place === 'inside')
    throw new NotJsonArray(`line ${itemLine || line}: the array does not end${index > 0 ? ` behind index ${index - 1}` : ''}`);
}
