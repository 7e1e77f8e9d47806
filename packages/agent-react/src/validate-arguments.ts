/**
 * The part of JSON Schema (draft 7) that tool parameters use.
 * `description`, `default` and other annotations are passed to the model and not checked.
 */
export interface ParameterSchema {
  readonly type?: JsonType | readonly JsonType[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: ParameterSchema;
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ParameterSchema;
  readonly anyOf?: readonly ParameterSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The types of JSON Schema. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** Schema of a tool's parameters as a whole. */
export interface ToolParameters extends ParameterSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, ParameterSchema>>;
}

/**
 * Checks arguments against a tool's parameters.
 * @returns what the model is told, with every mistake named, or undefined when all is well.
 */
export function validateArguments(value: unknown, parameters: ToolParameters): string | undefined {
  const errors = check(value, parameters);
  if (errors.length === 0) return undefined;
  return [
    `Found ${errors.length} validation errors parsing tool input arguments:`,
    ...errors.map((error) => `- ${error}`),
  ].join("\n");
}

/** Fills in defaults. The schema has been checked before, so nothing else needs changing. */
export function withDefaults(
  value: Readonly<Record<string, unknown>>,
  parameters: ToolParameters,
): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...value };
  for (const [name, schema] of Object.entries(parameters.properties)) {
    if (!Object.hasOwn(filled, name) && schema.default !== undefined) filled[name] = schema.default;
  }
  return filled;
}

/** Order and wording of the messages are those of Python's jsonschema, which models of an Inspect run see. */
function check(value: unknown, schema: ParameterSchema): string[] {
  const errors: string[] = [];
  if (schema.type !== undefined) {
    const types: readonly JsonType[] = typeof schema.type === "string" ? [schema.type] : schema.type;
    if (!types.some((type) => isOfType(value, type))) {
      errors.push(`${pythonRepr(value)} is not of type ${types.map((type) => `'${type}'`).join(", ")}`);
    }
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => sameJson(allowed, value))) {
    errors.push(`${pythonRepr(value)} is not one of ${pythonRepr(schema.enum)}`);
  }
  if (schema.anyOf !== undefined && !schema.anyOf.some((option) => check(value, option).length === 0)) {
    errors.push(`${pythonRepr(value)} is not valid under any of the given schemas`);
  }
  if (typeof value === "number") errors.push(...checkNumber(value, schema));
  if (typeof value === "string")
    errors.push(...checkLength(value, [...value].length, schema.minLength, schema.maxLength));
  if (Array.isArray(value)) {
    errors.push(...checkLength(value, value.length, schema.minItems, schema.maxItems));
    if (schema.items !== undefined) for (const item of value) errors.push(...check(item, schema.items));
  } else if (isObject(value)) {
    errors.push(...checkObject(value, schema));
  }
  return errors;
}

function checkObject(value: Readonly<Record<string, unknown>>, schema: ParameterSchema): string[] {
  const errors: string[] = [];
  const properties = schema.properties ?? {};
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(value, name)) errors.push(...check(value[name], property));
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) errors.push(`${pythonRepr(name)} is a required property`);
  }
  const extra = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  if (schema.additionalProperties === false && extra.length > 0) {
    const verb = extra.length === 1 ? "was" : "were";
    errors.push(`Additional properties are not allowed (${extra.map(pythonRepr).join(", ")} ${verb} unexpected)`);
  } else if (isObject(schema.additionalProperties)) {
    for (const name of extra) errors.push(...check(value[name], schema.additionalProperties as ParameterSchema));
  }
  return errors;
}

function checkNumber(value: number, schema: ParameterSchema): string[] {
  const errors: string[] = [];
  if (schema.minimum !== undefined && value < schema.minimum) {
    errors.push(`${value} is less than the minimum of ${schema.minimum}`);
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    errors.push(`${value} is greater than the maximum of ${schema.maximum}`);
  }
  return errors;
}

function checkLength(value: unknown, length: number, min: number | undefined, max: number | undefined): string[] {
  if (min !== undefined && length < min) return [`${pythonRepr(value)} is too short`];
  if (max !== undefined && length > max) return [`${pythonRepr(value)} is too long`];
  return [];
}

function isOfType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** A JSON value the way Python prints it: `None`, `True`, `'text'`. */
function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`)
      .join(", ")}}`;
  }
  return String(value);
}
