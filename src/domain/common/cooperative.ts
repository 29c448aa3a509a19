/** Work in parts: it hands the thread back at every yield, so that whoever runs it can do something else in between. */
export type CooperativeTask<T> = Generator<void, T, void>;

/** All of it at once. */
export function runToEnd<T>(parts: CooperativeTask<T>): T {
  let step = parts.next();
  while (step.done !== true) step = parts.next();
  return step.value;
}
