import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsObject, IsString, ValidateNested } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';
import { type InputFault, InvalidInput, MAX_FAULTS } from './problems/http-errors.js';
import { ArrayUnique } from './array-unique.js';
import { InputPipe, UuidPipe } from './validation.js';

class SnackRequest {
  @IsString()
  name!: string;

  @MayBeLeftOut()
  @IsObject()
  notes?: Record<string, unknown>;
}

class OrderRequest {
  @IsInt()
  count!: number;

  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => SnackRequest)
  snacks?: SnackRequest[];
}

class SearchRequest {
  @MayBeLeftOut()
  @IsString()
  q?: string;
}

class TagsRequest {
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsString({ each: true })
  tags!: string[];
}

const pipe = new InputPipe();
const body = (value: unknown): Promise<unknown> => pipe.transform(value, { type: 'body', metatype: OrderRequest });
const query = (value: unknown): Promise<unknown> => pipe.transform(value, { type: 'query', metatype: SearchRequest });
const param = (value: unknown): Promise<unknown> => pipe.transform(value, { type: 'param', metatype: String, data: 'code' });

async function faultsOf(checked: Promise<unknown>): Promise<readonly InputFault[]> {
  try {
    await checked;
  } catch (error) {
    if (error instanceof InvalidInput) return error.errors;
    throw error;
  }
  return [];
}
/** The pointers of the faults, or the names of the parameters. */
const pointersOf = async (checked: Promise<unknown>): Promise<string[]> =>
  (await faultsOf(checked)).map((fault) => ('pointer' in fault ? fault.pointer : 'parameter' in fault ? fault.parameter : fault.header));

describe('InputPipe', () => {
  it('valid input becomes an instance of the class of the route', async () => {
    const order = (await body({ count: 1, snacks: [{ name: 'Popcorn' }] })) as OrderRequest;
    expect(order).toBeInstanceOf(OrderRequest);
    expect(order.snacks![0]).toBeInstanceOf(SnackRequest);
    expect(await query({ q: 'noir' })).toEqual({ q: 'noir' });
    expect(await param('A1')).toBe('A1');
  });

  it('unknown fields are refused at any depth', async () => {
    expect(await faultsOf(body({ count: 1, role: 'admin' }))).toEqual([
      { pointer: '/role', rule: 'unknownField', message: 'is not a known field' },
    ]);
    expect(await pointersOf(body({ count: 1, snacks: [{ name: 'x', price: 0 }] }))).toEqual(['/snacks/0/price']);
    expect(await pointersOf(query({ q: 'x', debug: '1' }))).toEqual(['debug']);
  });

  it('invalid input is refused with a pointer to every wrong field', async () => {
    expect(await pointersOf(body({ snacks: [{ name: 'x' }, { name: 1 }, 'x'] }))).toEqual(
      expect.arrayContaining(['/count', '/snacks/1/name']),
    );
    expect(await pointersOf(body({ count: '1' }))).toEqual(['/count']);
    expect((await faultsOf(body({ count: 'x' })))[0]!.message).toBe('must be an integer number');
  });

  it('what is wrong with the values of a list is said without the name of the field', async () => {
    const of = async (tags: unknown) => (await faultsOf(pipe.transform({ tags }, { type: 'body', metatype: TagsRequest })))[0]?.message;
    expect(await of([])).toBe('must not be empty');
    expect(await of(['a', 'a'])).toBe('must not have a value twice');
    expect(await of(['a', 5])).toBe('each value must be a string');
  });

  it('a missing field is required, and no other rule is said of it', async () => {
    expect(await faultsOf(body({}))).toEqual([{ pointer: '/count', rule: 'required', message: 'is required' }]);
    expect(await faultsOf(body({ count: 1, snacks: [{}] }))).toEqual([
      { pointer: '/snacks/0/name', rule: 'required', message: 'is required' },
    ]);
  });

  it('one fault is said of a field, in the order of its rules', async () => {
    expect(await faultsOf(body({ count: 1, snacks: 'x' }))).toEqual([{ pointer: '/snacks', rule: 'array', message: 'must be an array' }]);
    const snacks = Array.from({ length: 4 }, () => ({ name: 'x' }));
    expect(await faultsOf(body({ count: 1, snacks }))).toMatchObject([{ pointer: '/snacks', rule: 'arrayMaxSize' }]);
  });

  it('pointers are escaped as in RFC 6901', async () => {
    expect(await pointersOf(body({ count: 1, 'a/b~c': 1 }))).toEqual(['/a~1b~0c']);
    expect(await pointersOf(body({ count: 1, snacks: [{ name: 'x', notes: { 'a/b~c': '\0' } }] }))).toEqual(['/snacks/0/notes/a~1b~0c']);
  });

  it('NUL and halves of characters are refused, which PostgreSQL cannot store', async () => {
    for (const bad of ['\0', 'a\0b', '\ud800', '\udc00x', 'x\ud83d']) {
      expect(await pointersOf(body({ count: 1, snacks: [{ name: bad }] }))).toEqual(['/snacks/0/name']);
      expect(await pointersOf(body({ count: 1, snacks: [{ name: 'x', notes: { deep: [[bad]] } }] }))).toEqual(['/snacks/0/notes/deep/0/0']);
      expect(await pointersOf(query({ q: bad }))).toEqual(['q']);
      expect(await pointersOf(param(bad))).toEqual(['code']);
    }
    expect(await faultsOf(body({ count: 1, snacks: [{ name: '🍿 ­‮ ok' }] }))).toEqual([]);
  });

  it('NUL and halves of characters are refused in names of fields', async () => {
    for (const bad of ['a\0b', '\ud800']) {
      expect(await pointersOf(body({ count: 1, snacks: [{ name: 'x', notes: { [bad]: 1 } }] }))).toEqual(['/snacks/0/notes']);
    }
  });

  it('input that is nested too deeply is refused', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 5_000; i++) deep = { a: deep };
    const [fault] = await faultsOf(body({ count: 1, snacks: [{ name: 'x', notes: deep }] }));
    expect(fault).toMatchObject({ message: 'is nested too deeply' });
  });

  it('an object with too many fields is one fault, at any depth', async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, '1']));
    const fault = { rule: 'maxFields', message: 'must have at most 100 fields' };
    expect(await faultsOf(body(many(5_000)))).toEqual([{ pointer: '', ...fault }]);
    expect(await faultsOf(body({ count: 1, snacks: [{ name: 'x', notes: many(101) }] }))).toEqual([
      { pointer: '/snacks/0/notes', ...fault },
    ]);
    expect(await faultsOf(query(many(5_000)))).toEqual([{ parameter: '', ...fault }]);
    expect(await faultsOf(body({ count: 1, snacks: [{ name: 'x', notes: many(100) }] }))).toEqual([]);
  });

  it('a refusal has at most the faults that the document says', async () => {
    const snacks = Array.from({ length: 3 }, (_, row) => Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`x${row}${i}`, 1])));
    expect(await faultsOf(body({ count: 1, snacks }))).toHaveLength(MAX_FAULTS);
    expect(new InvalidInput(Array.from({ length: 5_000 }, () => ({ pointer: '/x', rule: 'x', message: 'x' }))).errors).toHaveLength(
      MAX_FAULTS,
    );
  });

  it('a list with many values is one fault', async () => {
    const of = async (tags: unknown) => (await faultsOf(pipe.transform({ tags }, { type: 'body', metatype: TagsRequest })))[0]?.message;
    const tags = Array.from({ length: 3_000 }, (_, i) => `x${i}`);
    expect(await of(tags)).toBeUndefined();
    expect(await of([...tags, 'x0'])).toBe('must not have a value twice');
  });

  it('a body that is no object is refused', async () => {
    for (const value of [[], [{ count: 1 }], 'x', 1, true, null]) {
      expect(await faultsOf(body(value))).toEqual([{ pointer: '', rule: 'object', message: 'must be a JSON object' }]);
    }
    expect(await faultsOf(body(undefined))).toEqual([{ pointer: '', rule: 'required', message: 'is required' }]);
  });

  it('fields that would change a prototype are refused', async () => {
    for (const text of [
      '{"count":1,"__proto__":{"admin":true}}',
      '{"count":1,"constructor":{"prototype":{}}}',
      '{"count":1,"snacks":[{"name":"x","notes":{"__proto__":1}}]}',
    ]) {
      expect(await faultsOf(body(JSON.parse(text)))).not.toEqual([]);
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))('%s, which every object has, is an unknown field', async (name) => {
    const withIt = (own: object) => JSON.parse(JSON.stringify(own).replace('NAME', name)) as unknown;
    for (const checked of [body(withIt({ count: 1, NAME: 1 })), query(withIt({ NAME: '1' }))])
      expect(await faultsOf(checked)).toMatchObject([{ rule: 'unknownField' }]);
    expect(await pointersOf(body(withIt({ count: 1, snacks: [{ name: 'x', NAME: 1 }] })))).toEqual([`/snacks/0/${name}`]);
  });

  it('a repeated query parameter is refused', async () => {
    expect(await pointersOf(query({ q: ['a', 'b'] }))).toEqual(['q']);
    expect(await pointersOf(query({ q: { a: 'b' } }))).toEqual(['q']);
  });

  it('an id in the path must be a UUID', () => {
    const id = new UuidPipe();
    expect(id.transform('01998F1E-6C1F-7A70-9D1C-0A6D4D2A8B11', { type: 'param', data: 'id' })).toBe(
      '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11',
    );
    for (const bad of [
      '',
      '1',
      'x'.repeat(36),
      '01998f1e6c1f7a709d1c0a6d4d2a8b11',
      ' 01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11',
      '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11\n',
    ]) {
      expect(() => id.transform(bad, { type: 'param', data: 'id' })).toThrow(InvalidInput);
    }
  });
});
