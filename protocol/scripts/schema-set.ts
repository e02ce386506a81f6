import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A piece of a generated document. */
export type Json = { [key: string]: unknown };

/** Input is what a caller writes, defaults left out; output is what a reader gets. */
export type Side = 'input' | 'output';

export interface SchemaSet {
  /** The JSON Schema of a zod schema; what has an id is referred to. */
  convert(schema: z.ZodType, side: Side): Json;
  /** Every schema with an id that was met on the way, in the order of their names. */
  components(): Json;
}

const prefix = '#/components/schemas/';

const convertWhole = (schema: z.ZodType, target: SchemaOptions['target'], side: Side): Json =>
  z.toJSONSchema(schema, {
    io: side,
    target,
    override: ({ jsonSchema }) => {
      // Readers ignore fields that they do not know: v1 grows by adding them.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // The format says it; the expression behind it is 300 characters of noise.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as Json;

interface SchemaOptions {
  /** OpenAPI 3.1 speaks 2020-12; AsyncAPI 3.0 speaks draft 7. */
  target: 'draft-2020-12' | 'draft-7';
}

/** Collects the JSON Schemas of one document. */
export const createSchemaSet = ({ target }: SchemaOptions): SchemaSet => {
  const definitionsKey = target === 'draft-7' ? 'definitions' : '$defs';
  const found = new Map<string, unknown>();
  const add = (id: string, definition: unknown): void => {
    const known = found.get(id);
    if (known !== undefined && !isDeepStrictEqual(known, definition)) {
      throw new Error(
        `"${id}" differs as input and as output: give each side a schema with an id of its own.`,
      );
    }
    found.set(id, definition);
  };
  return {
    convert: (schema, side) => {
      // Inside a wrapper a schema with an id becomes a reference, as it does anywhere else.
      const whole = convertWhole(z.object({ wrapped: schema }), target, side);
      const text = JSON.stringify(whole).replaceAll(`"#/${definitionsKey}/`, `"${prefix}`);
      const { properties, [definitionsKey]: definitions } = JSON.parse(text) as Json;
      for (const [id, definition] of Object.entries((definitions ?? {}) as Json)) add(id, definition);
      return (properties as { wrapped: Json }).wrapped;
    },
    components: () => Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
