import { describeFields, describeOperation } from './openapi-texts.js';

const TEXTS = { fields: { price: 'In minor units.' } };

describe('describeFields', () => {
  it('the format of a field follows from its example', () => {
    const properties = {
      id: { type: 'string', example: '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12' },
      startsAt: { type: 'string', example: '2026-12-24T17:00:00.000Z' },
      releaseDate: { type: ['string', 'null'], example: '2026-12-24' },
      intentId: { type: 'string', example: 'pi_3Q' },
    };
    describeFields({ Snack: { properties } }, TEXTS);
    expect(Object.values(properties).map((field) => 'format' in field && field.format)).toEqual(['uuid', 'date-time', 'date', false]);
  });

  it('an instant without an example is known by its name', () => {
    const properties = { eatenAt: { type: ['string', 'null'] }, note: { type: 'string' }, count: { type: 'integer' } };
    describeFields({ Snack: { properties } }, TEXTS);
    expect(properties).toMatchObject({ eatenAt: { format: 'date-time' } });
    expect(properties.note).toEqual({ type: 'string' });
    expect(properties.count).toEqual({ type: 'integer' });
  });

  it('a field without a description gets the common one, and keeps its own', () => {
    const schemas = {
      Snack: { properties: { price: { type: 'integer', description: 'With tax.' } } },
      Drink: { properties: { price: { type: 'integer' } } },
    };
    describeFields(schemas, TEXTS);
    expect(schemas.Snack.properties.price.description).toBe('With tax.');
    expect(schemas.Drink.properties.price).toEqual({ type: 'integer', description: 'In minor units.' });
  });
});

describe('describeOperation', () => {
  it('an operation without a description has its summary, and a success has a text', () => {
    const operation = { summary: 'Eat a snack', responses: { 200: { description: '' }, 404: { description: '' } } };
    describeOperation(operation);
    expect(operation).toEqual({
      summary: 'Eat a snack',
      description: 'Eat a snack.',
      responses: { 200: { description: 'Eat a snack.' }, 404: { description: '' } },
    });
  });
});
