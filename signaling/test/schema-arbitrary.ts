import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';
import { nonsense } from './nonsense.ts';

/** What of JSON Schema the contract uses. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Things that exist, by the name of the field that asks for them: most guesses at an id would lead nowhere. */
export type KnownValues = Record<string, readonly unknown[]>;

interface Place {
  defs: Record<string, Schema>;
  known: KnownValues;
  /** The name of the field. */
  name: string;
}

const maxGeneratedItems = 6;
const maxGeneratedLength = 300;

const stringFor = (schema: Schema): Arbitrary<unknown> => {
  const { format, pattern, minLength = 0, maxLength = maxGeneratedLength } = schema;
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === 'email') return fc.emailAddress();
  if (pattern !== undefined && pattern.length < 200) {
    return fc.stringMatching(new RegExp(pattern, 'u')).map((text) => text.slice(0, maxLength));
  }
  return fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, maxGeneratedLength) });
};

const numberFor = (schema: Schema): Arbitrary<unknown> => {
  const min =
    schema.minimum ?? (schema.exclusiveMinimum === undefined ? -1_000_000 : schema.exclusiveMinimum + 1);
  const max = schema.maximum ?? Number.MAX_SAFE_INTEGER;
  return fc.oneof(
    fc.maxSafeInteger().map((value) => Math.min(max, Math.max(min, value))),
    fc.integer({ min: Math.max(min, -1000), max: Math.min(max, Math.max(min, 1000)) }),
  );
};

const objectFor = (schema: Schema, place: Place): Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field, { ...place, name })]),
  );
  const record = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  if (typeof additionalProperties !== 'object') return record;
  return fc.dictionary(fc.string({ maxLength: 20 }), arbitraryOf(additionalProperties, place), {
    maxKeys: 5,
  });
};

const byType = (type: string | undefined, schema: Schema, place: Place): Arbitrary<unknown> => {
  switch (type) {
    case 'string':
      return stringFor(schema);
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, place), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? maxGeneratedItems, maxGeneratedItems),
      });
    case 'object':
      return objectFor(schema, place);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
};

const arbitraryOf = (schema: Schema, place: Place): Arbitrary<unknown> => {
  if (schema.$ref !== undefined) {
    return fc
      .constant(null)
      .chain(() => arbitraryOf(place.defs[schema.$ref?.split('/').at(-1) ?? ''] ?? {}, place));
  }
  const known = place.known[place.name];
  const fresh = freshOf(schema, place);
  return known && known.length > 0 && schema.type !== 'array'
    ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fresh })
    : fresh;
};

const freshOf = (schema: Schema, place: Place): Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map((branch) => arbitraryOf(branch, place)));
  if (schema.allOf) return arbitraryOf(Object.assign({}, ...schema.allOf), place);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return fc.oneof(...types.map((type) => byType(type, schema, place)));
};

/** The same with one of its fields, at the top, replaced by something of another kind. */
const spoiled = (whole: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.tuple(whole, fc.nat(), fc.constantFrom(...nonsense)).map(([value, place, wrong]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return wrong;
    const names = Object.keys(value);
    const name = names[place % Math.max(1, names.length)];
    return name === undefined ? value : { ...value, [name]: wrong };
  });

/** The same with one at most of the fields that may be left out: of many, some exclude each other. */
const sparse = (whole: Arbitrary<unknown>, required: string[]): Arbitrary<unknown> =>
  fc.tuple(whole, fc.nat()).map(([value, place]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const optional = Object.keys(value).filter((name) => !required.includes(name));
    const kept = [...required, optional[place % Math.max(1, optional.length)]];
    return Object.fromEntries(Object.entries(value).filter(([name]) => kept.includes(name)));
  });

/** Inputs that fit the schema, and now and then one that does not. */
export const inputsOf = (schema: z.ZodType, known: KnownValues): Arbitrary<unknown> => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const whole = arbitraryOf(json, { defs: json.$defs ?? {}, known, name: '' });
  return fc.oneof(
    { weight: 3, arbitrary: whole },
    { weight: 2, arbitrary: sparse(whole, json.required ?? []) },
    { weight: 1, arbitrary: spoiled(whole) },
  );
};
