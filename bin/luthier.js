#!/usr/bin/env node
// A namespace, not names: a Node too old to know a name is to hear it from us, not from a SyntaxError.
import * as nodeModule from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// Before it, SQLite's numbered parameters are not taken in their order.
if (major < 24 || (major === 24 && minor < 7)) {
  process.stderr.write(
    `luthier needs Node 24.7 or newer, and this is ${process.versions.node}.\n` +
      'Inside a clone, `npm install && npm start` brings a suitable Node along.\n',
  );
  process.exit(2);
}

/** Commands that have a bundle by their name in dist/. */
const OWN_BUNDLES = ['check', 'engine', 'eval', 'generate'];

process.env.NODE_ENV = 'production';
nodeModule.enableCompileCache();

const command = process.argv[2];
const screens = command === undefined || (command === '--mouse' && process.argv.length === 3);
if (screens || command === 'generate') {
  const { setFlagsFromString } = await import('node:v8');
  // What the first frame is made of lives on: V8's first nursery, of 1 MB, would be looked through six times before it is drawn.
  if (screens) setFlagsFromString('--semi-space-growth-factor=8');
  // What calls leave outlives the nursery that src/cli/commands/generate.ts holds, and V8 would let that garbage grow to three times what
  // lives before it looks: here to as much again. 5 MB less at the peak (bench/generation.ts).
  else setFlagsFromString('--heap-growing-percent=100');
}
const entry = screens ? 'app' : command !== undefined && OWN_BUNDLES.includes(command) ? command : 'cli';
await import(new URL(`../dist/${entry}.js`, import.meta.url).href);
