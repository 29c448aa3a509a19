/** A page of a list, as the official client gives it. */
interface Page {
  readonly data: readonly unknown[];
  readonly has_more?: boolean;
}

/**
 * The items of every page in the server's order, each parsed at this edge; an item `parse` gives null for is left
 * out. Ends when the server says so, and also when a server that knows no `after` sends the same page again.
 */
export async function* eachItem<T extends { readonly id: string }>(
  fetchPage: (cursor: { after?: string }) => PromiseLike<Page>,
  parse: (item: unknown) => T | null,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  let cursor: { after?: string } = {};
  for (;;) {
    const page = await fetchPage(cursor);
    const items = (page.data ?? []).flatMap((raw) => parse(raw) ?? []).filter((item) => !seen.has(item.id));
    for (const item of items) seen.add(item.id);
    if (items.length > 0) yield items;
    const last = items.at(-1);
    if (page.has_more !== true || last === undefined) return;
    cursor = { after: last.id };
  }
}

export async function allItems<T extends { readonly id: string }>(
  fetchPage: (cursor: { after?: string }) => PromiseLike<Page>,
  parse: (item: unknown) => T | null,
): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const items of eachItem(fetchPage, parse)) all.push(...items);
  return all;
}
