import { useEffect, useRef, useState } from 'react';

/** The value once it has stood still for `ms`; at once when that is 0. For a search that reads every row. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (ms === 0) {
      setSettled(value);
      return;
    }
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return ms === 0 ? value : settled;
}

/** The value, following at most once in `ms`; at once when that is 0. For a version that goes up all the time. */
export function useThrottled<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  newest.current = value;
  const behind = shown !== value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: by the time it has followed it may be behind again, as before
  useEffect(() => {
    if (!behind) return;
    const timer = setTimeout(() => setShown(newest.current), ms);
    return () => clearTimeout(timer);
  }, [behind, ms, shown]);
  return ms === 0 ? value : shown;
}
