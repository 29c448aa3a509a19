import { isRecord, type Json } from '../../../domain/common/json.ts';
import type { Item } from './records.ts';

/** JSON as W&B writes it into logs and streams it: `NaN`, `Infinity` and `-Infinity` stand bare. */
export function extendedJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(extendedJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${extendedJson(member)}`)
    .join(',')}}`;
}

/** A text of a whole JSON string, which is left alone, or a bare word JSON has no number for. */
const STRING_OR_WORD = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** The value of such a text, where the bare words become the texts they are; undefined for what is no JSON. */
function readExtended(text: string): Json | undefined {
  return parsed(text) ?? parsed(text.replace(STRING_OR_WORD, (found) => (found[0] === '"' ? found : `"${found}"`)));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The leaves of an object, in order: W&B keeps an object as one path of keys for each value in it. */
export function leavesOf(values: Readonly<Record<string, Json>>, above: readonly string[] = []): readonly Item[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = [...above, key];
    // An empty object has no leaf, and would be lost.
    if (isJsonObject(value) && Object.keys(value).length > 0) return leavesOf(value, path);
    return [{ path, json: extendedJson(value) }];
  });
}

const isJsonObject = (value: Json): value is { readonly [key: string]: Json } => isRecord(value);

/** Most values of most logs: what needs no parsing to be known for JSON. */
const SIMPLE = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

type Branch = Map<string, Branch | string>;

/**
 * An object that is put together from items, as W&B does it. The texts of its values stay as they came, so that a
 * number is spelt as it was.
 */
export class JsonTree {
  private readonly root: Branch = new Map();

  /** A value that is no JSON is left out. */
  set({ path, json }: Item): void {
    if (SIMPLE.test(json)) {
      this.setLeaf(path, json);
      return;
    }
    const value = readExtended(json);
    if (value === undefined) return;
    if (!isJsonObject(value)) this.setLeaf(path, json);
    else if (Object.keys(value).length === 0) this.branch(path);
    else for (const leaf of leavesOf(value, path)) this.setLeaf(leaf.path, leaf.json);
  }

  remove(path: readonly string[]): void {
    const key = path.at(-1);
    if (key !== undefined) this.branch(path.slice(0, -1)).delete(key);
  }

  /** As one line, with bare `NaN` and `Infinity`. */
  text(): string {
    return textOf(this.root);
  }

  /** As a value, where those are texts. */
  value(): Readonly<Record<string, Json>> {
    const value = readExtended(this.text());
    return value !== undefined && isJsonObject(value) ? value : {};
  }

  private setLeaf(path: readonly string[], json: string): void {
    const key = path.at(-1);
    if (key !== undefined) this.branch(path.slice(0, -1)).set(key, json);
  }

  /** The branch at `path`, made where there is none. */
  private branch(path: readonly string[]): Branch {
    let branch = this.root;
    for (const key of path) {
      const found = branch.get(key);
      const next: Branch = found instanceof Map ? found : new Map();
      if (next !== found) branch.set(key, next);
      branch = next;
    }
    return branch;
  }
}

function textOf(branch: Branch): string {
  const members = [...branch].map(([key, value]) => {
    return `${JSON.stringify(key)}:${typeof value === 'string' ? value : textOf(value)}`;
  });
  return `{${members.join(',')}}`;
}
