/**
 * node:sqlite, loaded at first use. Before Node 24 it says on stderr that it is experimental, which would tear a
 * full-screen frame; that one warning is kept back, and no other.
 */
export function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
