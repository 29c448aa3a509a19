/** What `make` gives, made when it is first asked for: for what takes time to make and may not be needed at all. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
