// The licences of the libraries that a build holds: each asks that its text goes where its code goes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the package a bundled file is from, nested packages included; undefined for a file of ours. */
const packageFolder = (/** @type {string} */ path) =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(path)?.[0];

/**
 * One text of all licences of the packages that these modules are from, by name. Throws where a package says none.
 * @param {readonly string[]} modules paths of files
 */
export async function licencesOf(modules) {
  const folders = [...new Set(modules.flatMap((path) => packageFolder(path) ?? []))];
  const texts = await Promise.all(folders.map(licenceOf));
  return `${[...new Set(texts)].sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** @param {string} folder */
async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} says no licence in its package.json`);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim()), ''].join('\n\n');
}
