/** Pairs that the API keeps with an object; null when none were given. */
export type Metadata = Readonly<Record<string, string>> | null;

/** Pairs a listed object's metadata must hold; `null` asks for those without metadata. */
export type MetadataFilter = Readonly<Record<string, string>> | null;

/** Without a filter everything matches. */
export function matchesMetadata(metadata: Metadata, filter: MetadataFilter | undefined): boolean {
  if (filter === undefined) return true;
  if (filter === null) return metadata === null;
  return Object.entries(filter).every(([key, value]) => metadata?.[key] === value);
}
