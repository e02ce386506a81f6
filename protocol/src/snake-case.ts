import { z } from 'zod';

type SnakeKey<K extends string> = K extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeKey<Tail>}`
    : `_${Lowercase<Head>}${SnakeKey<Tail>}`
  : K;

/** The same value with its fields named as REST names them. */
export type SnakeCased<T> = T extends readonly (infer Item)[]
  ? SnakeCased<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? SnakeKey<K> : K]: SnakeCased<T[K]> }
    : T;

/** As `snakeCased` converts a schema. */
export type SnakeSchema<S> =
  S extends z.ZodOptional<infer Inner>
    ? z.ZodOptional<SnakeSchema<Inner> & z.ZodType>
    : S extends z.ZodNullable<infer Inner>
      ? z.ZodNullable<SnakeSchema<Inner> & z.ZodType>
      : S extends z.ZodArray<infer Item>
        ? z.ZodArray<SnakeSchema<Item> & z.ZodType>
        : S extends z.ZodObject<infer Shape>
          ? z.ZodObject<{ [K in keyof Shape as K extends string ? SnakeKey<K> : K]: SnakeSchema<Shape[K]> }>
          : S;

const toSnakeKey = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamelKey = (key: string): string =>
  key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const renameKeys = (value: unknown, rename: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]),
  );
};

/** A value of the socket as REST sends it. */
export const toSnakeCase = <T>(value: T): SnakeCased<T> => renameKeys(value, toSnakeKey) as SnakeCased<T>;

/** A value of REST as the socket sends it: what `toSnakeCase` has renamed. */
export const toCamelCase = <T>(value: SnakeCased<T>): T => renameKeys(value, toCamelKey) as T;

/** Descriptions stay; an id would name two shapes, so the REST one is marked. */
const withMeta = (schema: z.ZodType, source: z.ZodType): z.ZodType => {
  const { id, ...meta } = source.meta() ?? {};
  return schema.meta({ ...meta, ...(id === undefined ? {} : { id: `Rest${id}` }) });
};

const convert = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => [
      toSnakeKey(key),
      convert(field),
    ]);
    return withMeta(z.object(Object.fromEntries(shape)), schema);
  }
  if (schema instanceof z.ZodArray) return withMeta(z.array(convert(schema.element as z.ZodType)), schema);
  if (schema instanceof z.ZodOptional)
    return withMeta(convert(schema.unwrap() as z.ZodType).optional(), schema);
  if (schema instanceof z.ZodNullable)
    return withMeta(convert(schema.unwrap() as z.ZodType).nullable(), schema);
  return schema;
};

/**
 * The REST form of a shape that the socket sends: v1 names REST fields in snake_case and those of the socket in camelCase.
 * Objects, arrays, optional and nullable fields are followed; anything else is the same in both.
 */
export const snakeCased = <S extends z.ZodType>(schema: S): SnakeSchema<S> =>
  convert(schema) as SnakeSchema<S>;
