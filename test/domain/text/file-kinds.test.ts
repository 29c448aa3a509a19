import { describe, expect, it } from 'vitest';
import { fileKindOf } from '../../../src/domain/text/file-kinds.ts';

const named = (head: string) => fileKindOf(Buffer.from(head, 'latin1'))?.name ?? null;
const rest = '\x01\x02\xfe'.repeat(20);

describe('a file of another kind', () => {
  it.each([
    [`PK\x03\x04${rest}xl/workbook.xml`, 'an Excel workbook'],
    [`PK\x03\x04${rest}word/document.xml`, 'a Word document'],
    [`PK\x03\x04${rest}`, 'a zip archive'],
    [`\x1f\x8b${rest}`, 'compressed by gzip'],
    [`\x28\xb5\x2f\xfd${rest}`, 'compressed by Zstandard'],
    [`%PDF-1.7\n${rest}`, 'a PDF'],
    [`SQLite format 3\0${rest}`, 'an SQLite database'],
    [`PAR1${rest}`, 'a Parquet file'],
    [`ARROW1\0\0${rest}`, 'an Arrow file'],
    [`FEA1\0\0${rest}`, 'a Feather file'],
    [`ORC${rest}`, 'an ORC file'],
    [`Obj\x01${rest}`, 'an Avro file'],
    [`\x89HDF\r\n${rest}`, 'an HDF5 file'],
    [`\x00\x01\x02\x03\x04\x05\x06\x07DUCK\x40\0\0${rest}`, 'a DuckDB database'],
    [`\x93NUMPY\x01${rest}`, 'a NumPy array'],
    [`\x80\x04\x95${rest}`, 'a Python pickle'],
    ['GGUF\x03\0\0\0', 'a file of model weights'],
    ['\x40\x01\0\0\0\0\0\0{"__metadata__":{}}', 'a file of model weights'],
    [`x.jsonl${'\0'.repeat(250)}ustar\0`, 'a tar archive'],
    [`\x89PNG\r\n${rest}`, 'a picture'],
    [`\xff\xd8\xff\xe0${rest}`, 'a picture'],
    [`GIF89a${rest}`, 'a picture'],
    [`RIFF${rest.slice(0, 4)}WEBP`, 'a picture'],
    [`RIFF${rest.slice(0, 4)}WAVE`, 'a recording of sound'],
    [`\0\0\0\x18ftypmp42${rest}`, 'a film'],
    [`\x7fELF${rest}`, 'a program'],
    ['{\\rtf1\\ansi hello}', 'rich text (RTF)'],
    ['\xef\xbb\xbf<!DOCTYPE html><html>', 'a web page (HTML)'],
    ['<?xml version="1.0"?>', 'XML'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:1\n', 'a pointer of Git LFS, not the file itself'],
  ])('%j is named', (head, name) => {
    expect(named(head)).toBe(name);
  });

  it.each([
    '{"messages": []}',
    'BMI,answer\n1,2\n',
    'PAR1,PAR2\n',
    'ORCID,x\n',
    'FEA1,FEA2\n',
    'BZh,x\n',
    'abcdefghDUCK\n',
    'GIF8,x\n',
    'MZ,x\n',
    'IDs,ID3\n',
    'Objects,x\n',
    'Orchids\n',
    'RIFF\n',
    '',
    'name: x\n',
  ])('%j is text', (head) => {
    expect(named(head)).toBeNull();
  });
});
