import type { JsonSchema } from './documents.ts';
import { type Html, html, joined } from './html.ts';
import { type Names, refName } from './names.ts';
import { inline } from './prose.ts';

/** A reference with words of its own stands in `allOf` where JSON Schema allows it no neighbours. */
const flatten = ({ allOf, ...schema }: JsonSchema): JsonSchema =>
  allOf?.length === 1 ? { ...flatten(allOf[0] ?? {}), ...schema } : schema;

const literal = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`;

/** The type in words, with the names of other schemas as links. */
export const typeOf = (given: JsonSchema, names: Names): Html => {
  const schema = flatten(given);
  if (schema.$ref) return names.link(refName(schema.$ref));
  if (schema.anyOf)
    return joined(
      schema.anyOf.map((choice) => typeOf(choice, names)),
      ' or ',
    );
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.type === 'array') return html`array of ${typeOf(schema.items ?? {}, names)}`;
  if (schema.type === 'object' && !schema.properties && schema.additionalProperties) {
    return html`object, each value ${typeOf(schema.additionalProperties, names)}`;
  }
  return html`${[schema.type ?? 'anything'].flat().join(' or ')}`;
};

const range = (from: number | undefined, to: number | undefined, unit: string): string | undefined => {
  // No more than JSON holds exactly: a limit of the language, not of the contract.
  const upTo = to === Number.MAX_SAFE_INTEGER ? undefined : to;
  if (from !== undefined && upTo !== undefined)
    return `${from === upTo ? from : `${from} to ${upTo}`}${unit}`;
  if (upTo !== undefined) return `at most ${upTo}${unit}`;
  return from === undefined ? undefined : `at least ${from}${unit}`;
};

const numberRange = ({ minimum, exclusiveMinimum, maximum }: JsonSchema): (string | undefined)[] =>
  exclusiveMinimum === undefined
    ? [range(minimum, maximum, '')]
    : [`more than ${exclusiveMinimum}`, range(undefined, maximum, '')];

const limitsOf = (given: JsonSchema): Html[] => {
  const schema = flatten(given);
  const inWords = [
    schema.format,
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' items'),
    range(undefined, schema.maxProperties, ' keys'),
    ...numberRange(schema),
  ];
  return [
    ...inWords.filter((limit) => limit !== undefined).map((limit) => html`${limit}`),
    ...(schema.pattern ? [html`matches <code>${schema.pattern}</code>`] : []),
    ...(schema.enum ? [html`one of ${joined(schema.enum.map(literal), ', ')}`] : []),
    ...(schema.default === undefined ? [] : [html`${literal(schema.default)} if left out`]),
    ...(schema.items && !schema.items.$ref ? limitsOf(schema.items).map((limit) => html`each ${limit}`) : []),
  ];
};

/** Type and limits in one line; of a named simple type its own as well, so that nobody has to follow the link. */
const typeLine = (given: JsonSchema, names: Names): Html => {
  const schema = flatten(given);
  const named = schema.$ref ? names.resolve(schema.$ref) : undefined;
  const isSimple = named !== undefined && named.type !== 'object' && !named.enum;
  const parts = [
    typeOf(schema, names),
    ...(isSimple ? [typeOf(named, names), ...limitsOf(named)] : []),
    ...limitsOf(schema),
  ];
  return html`<span class="type">${joined(parts, ', ')}</span>`;
};

interface Field {
  path: string;
  schema: JsonSchema;
  isRequired: boolean;
}

/** An object's fields, and those of objects inside it that have no name of their own. */
const fieldsOf = (schema: JsonSchema, prefix = ''): Field[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
    const field = flatten(given);
    const path = prefix + name;
    const isRequired = schema.required?.includes(name) ?? false;
    return [
      { path, schema: field, isRequired },
      ...fieldsOf(field, `${path}.`),
      ...(field.items ? fieldsOf(field.items, `${path}[].`) : []),
      ...(field.additionalProperties ? fieldsOf(field.additionalProperties, `${path}.*.`) : []),
    ];
  });

const fieldRow = ({ path, schema, isRequired }: Field, names: Names): Html => {
  const named = schema.$ref ? names.resolve(schema.$ref) : undefined;
  const description = schema.description ?? named?.description;
  return html`<tr>
<th scope="row"><code>${path.replaceAll(/([.])/g, '$1\u200b')}</code>${isRequired ? '' : html` <span class="soft">optional</span>`}</th>
<td>${typeLine(schema, names)}${description === undefined ? undefined : html`<p>${inline(description, names)}</p>`}</td>
</tr>`;
};

const table = (caption: Html, rows: Html[]): Html => html`<table class="fields">
<caption>${caption}</caption>
<thead><tr><th scope="col">Field</th><th scope="col">What it holds</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;

/** A schema as a table of its fields; one that has a name is shown as what it stands for. */
export const schemaTable = (caption: string, given: JsonSchema, names: Names): Html => {
  const schema = flatten(given);
  const named = schema.$ref ? names.resolve(schema.$ref) : undefined;
  const title = named ? html`${caption}: ${typeOf(schema, names)}` : html`${caption}`;
  const fields = fieldsOf(named ?? schema);
  if (fields.length > 0)
    return table(
      title,
      fields.map((field) => fieldRow(field, names)),
    );
  const isEmpty = (named ?? schema).type === 'object' && !(named ?? schema).additionalProperties;
  return html`<p class="caption">${title}. ${isEmpty ? 'It has no fields.' : typeLine(named ?? schema, names)}</p>`;
};

/** Fields that stand in an address rather than in a body. */
export const parameterTable = (
  caption: string,
  parameters: { name: string; required: boolean; schema: JsonSchema }[],
  names: Names,
): Html =>
  table(
    html`${caption}`,
    parameters.map(({ name, required, schema }) =>
      fieldRow({ path: name, schema: flatten(schema), isRequired: required }, names),
    ),
  );
