import { type Schema, type SchemaDocument, completeSchemas, hideOptionalExamples } from './openapi-schemas.js';

const TEXTS = { maxLengths: { name: 100, 'Drink.name': 20 }, maxItems: { toppings: 5 }, enums: { Size: ['small', 'large'] } };

function completed(schemas: Record<string, Schema>, paths: SchemaDocument['paths'] = {}, tags: string[] = []): SchemaDocument {
  const document = { tags: tags.map((name) => ({ name })), paths, components: { schemas } };
  completeSchemas(document, TEXTS);
  return document;
}

const withField = (field: string, schema: Schema): Record<string, Schema> => ({
  SnackView: { type: 'object', properties: { [field]: schema } },
});
const fieldOf = ({ components }: SchemaDocument, field: string): Schema | undefined => components.schemas['SnackView']?.properties?.[field];

describe('The bounds of schemas', () => {
  it('a text and a list get the bound of their field, or of their schema and field', () => {
    const toppings: Schema = { type: 'array', items: { type: 'string', maxLength: 9 } };
    const { schemas } = completed({
      Snack: { properties: { name: { type: 'string' }, toppings } },
      Drink: { properties: { name: { type: ['string', 'null'] } } },
    }).components;
    expect(schemas['Snack']?.properties).toMatchObject({ name: { maxLength: 100 }, toppings: { maxItems: 5, items: { maxLength: 9 } } });
    expect(schemas['Drink']?.properties).toMatchObject({ name: { maxLength: 20 } });
  });

  it('a bound of its own stays, and a text with a bounded format needs none', () => {
    expect(fieldOf(completed(withField('name', { type: 'string', maxLength: 7 })), 'name')).toEqual({ type: 'string', maxLength: 7 });
    expect(fieldOf(completed(withField('name', { type: 'string', format: 'uuid' })), 'name')).toEqual({ type: 'string', format: 'uuid' });
  });
});

describe('The enums of the document', () => {
  it('values in any order become a reference to the listed name', () => {
    const document = completed(withField('size', { type: 'string', enum: ['large', 'small'], description: 'How big.', example: 'small' }));
    expect(fieldOf(document, 'size')).toEqual({ $ref: '#/components/schemas/Size', description: 'How big.', example: 'small' });
    expect(document.components.schemas['Size']).toEqual({ type: 'string', enum: ['small', 'large'], description: 'Size.' });
  });

  it('an enum that is not listed is named once, after the answer and its field', () => {
    const taste: Schema = { type: 'string', enum: ['sweet', 'salty'] };
    const document = completed({
      AddSnackRequest: { properties: { taste: { ...taste } } },
      SnackView: { properties: { taste: { ...taste } } },
    });
    for (const name of ['AddSnackRequest', 'SnackView'])
      expect(document.components.schemas[name]?.properties).toEqual({ taste: { $ref: '#/components/schemas/SnackTaste' } });
  });

  it('an enum that is listed with other values than it has is refused', () => {
    const schemas = { Snack: { properties: { size: { type: 'string', enum: ['large', 'medium', 'small'] } } } };
    const texts = { ...TEXTS, enums: { SnackSize: ['small', 'large'] } };
    expect(() => completeSchemas({ tags: [], paths: {}, components: { schemas } }, texts)).toThrow(
      'SnackSize is listed with other values than it has',
    );
  });

  it('a nullable enum is the enum or null', () => {
    const document = completed(withField('size', { type: ['string', 'null'], enum: ['small', 'large', null] }));
    expect(fieldOf(document, 'size')).toEqual({ anyOf: [{ $ref: '#/components/schemas/Size' }, { type: 'null' }] });
  });

  it('one value is a constant, and true or false is a boolean', () => {
    expect(fieldOf(completed(withField('a', { type: 'string', enum: ['x'] })), 'a')).toEqual({ type: 'string', const: 'x' });
    expect(fieldOf(completed(withField('a', { enum: [true, false], default: false })), 'a')).toEqual({ type: 'boolean', default: false });
  });
});

describe('The paths of the document', () => {
  it('paths stand in the order of the tags', () => {
    const get = (tag: string) => ({ get: { operationId: tag, tags: [tag] } });
    const { paths } = completed({}, { '/admin': get('admin'), '/movies': get('movies'), '/auth': get('auth') }, [
      'auth',
      'movies',
      'admin',
    ]);
    expect(Object.keys(paths)).toEqual(['/auth', '/movies', '/admin']);
  });

  it('an optional parameter has no example, and a required one keeps it', () => {
    const schema = { type: 'string', example: 'x' };
    const parameter = (name: string, { required }: { required: boolean }) => ({
      name,
      in: 'query',
      required,
      example: 'x',
      schema: { ...schema },
    });
    const document = completed(
      {},
      { '/a': { get: { parameters: [parameter('q', { required: false }), parameter('id', { required: true })] } } },
    );
    hideOptionalExamples(document);
    expect(document.paths['/a']?.['get']?.parameters).toEqual([
      { name: 'q', in: 'query', required: false, schema: { type: 'string' } },
      parameter('id', { required: true }),
    ]);
  });
});
