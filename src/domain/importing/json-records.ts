import { isRecord, parseExactJson, parseJson } from '../common/json.ts';
import { type JsonValue, JsonValueSplitter } from '../text/json-values.ts';

/**
 * The records that a JSON value of a file holds, each as it is written: itself; the items of a list of records; a list of
 * turns as one chat; an object that was written as a text (json.dumps called twice); the row in what the Hub's server gives.
 */
export function recordsIn(value: JsonValue): readonly JsonValue[] {
  const text = value.text.trim();
  if (text.startsWith('"')) {
    const inner = parseJson(text);
    return typeof inner === 'string' && isRecord(parseJson(inner)) ? recordsIn({ ...value, text: inner }) : [value];
  }
  if (text.startsWith('[')) return itemsOf(value, parseJson(text));
  if (text.includes('"row_idx"')) {
    const row = hubRow(parseExactJson(text));
    return row === null ? [value] : [{ ...value, text: JSON.stringify(row) }];
  }
  return [value];
}

function itemsOf(value: JsonValue, list: unknown): readonly JsonValue[] {
  if (!Array.isArray(list) || list.length === 0 || !list.every(isRecord)) return [value];
  if (list.every((turn) => 'role' in turn)) return [{ ...value, text: `{"messages":${value.text}}` }];
  if (list.every((turn) => 'from' in turn && 'value' in turn)) {
    return [{ ...value, text: `{"conversations":${value.text}}` }];
  }
  const splitter = new JsonValueSplitter('list');
  return [...splitter.push(value.text), ...splitter.end()].map(({ line, text }) => ({
    line: value.line + line - 1,
    text,
  }));
}

/** A row as `datasets-server` answers it: `{"row_idx": 0, "row": {...}, "truncated_cells": []}`. */
function hubRow(value: unknown): object | null {
  if (!isRecord(value) || !isRecord(value.row)) return null;
  return Object.keys(value).every((key) => HUB_KEYS.includes(key)) ? value.row : null;
}

const HUB_KEYS: readonly string[] = ['row_idx', 'row', 'truncated_cells'];
