import type { PyJson } from "./parse-py-json.js";

/** The keys of many objects of one form, held once. */
class Shape {
  readonly keys: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly #followers = new Map<string, Shape>();

  constructor(keys: readonly string[]) {
    this.keys = keys;
    this.places = new Map(keys.map((key, place) => [key, place]));
  }

  followedBy(key: string): Shape {
    let shape = this.#followers.get(key);
    if (shape === undefined) {
      shape = new Shape([...this.keys, key]);
      this.#followers.set(key, shape);
    }
    return shape;
  }
}

const EMPTY = new Shape([]);
/** Objects with more keys are dictionaries of data rather than records: they get a map of their own. */
const MAX_SHAPE_KEYS = 64;

/**
 * A JSON object that keeps its keys in order, as Python's dict does (a JavaScript object moves keys that look like
 * numbers to the front). Objects with equal keys share them, so that a million records fit into memory.
 */
export class JsonObject {
  #shape: Shape = EMPTY;
  #values: PyJson[] = [];
  #map: Map<string, PyJson> | undefined;

  static from(entries: Iterable<readonly [string, PyJson]>): JsonObject {
    const object = new JsonObject();
    for (const [key, value] of entries) object.set(key, value);
    return object;
  }

  get size(): number {
    return this.#map?.size ?? this.#values.length;
  }

  keys(): readonly string[] {
    return this.#map === undefined ? this.#shape.keys : [...this.#map.keys()];
  }

  *entries(): Generator<readonly [string, PyJson]> {
    for (const key of this.keys()) yield [key, this.get(key) ?? null];
  }

  has(key: string): boolean {
    return this.#map?.has(key) ?? this.#shape.places.has(key);
  }

  get(key: string): PyJson | undefined {
    if (this.#map !== undefined) return this.#map.get(key);
    const place = this.#shape.places.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  /** Changes a value in its place, or adds a key at the end. */
  set(key: string, value: PyJson): this {
    if (this.#map !== undefined) {
      this.#map.set(key, value);
      return this;
    }
    const place = this.#shape.places.get(key);
    if (place !== undefined) {
      this.#values[place] = value;
    } else if (this.#values.length < MAX_SHAPE_KEYS) {
      this.#shape = this.#shape.followedBy(key);
      this.#values.push(value);
    } else {
      this.#map = new Map(this.entries()).set(key, value);
      this.#shape = EMPTY;
      this.#values = [];
    }
    return this;
  }

  /** A copy with some values changed in their places and new keys at the end. */
  with(changes: Readonly<Record<string, PyJson>>): JsonObject {
    const copy = JsonObject.from(this.entries());
    for (const [key, value] of Object.entries(changes)) copy.set(key, value);
    return copy;
  }

  /** A copy with these keys only, in the order given; keys it lacks are left out. */
  pick(keys: readonly string[]): JsonObject {
    return JsonObject.from(keys.filter((key) => this.has(key)).map((key) => [key, this.get(key) ?? null] as const));
  }

  /** A copy without these keys. */
  omit(keys: readonly string[]): JsonObject {
    return this.pick(this.keys().filter((key) => !keys.includes(key)));
  }
}
