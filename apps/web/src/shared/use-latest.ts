import { useRef } from "preact/hooks";
import type { Async } from "./use-async.js";

/** The newest value so far: what a page shows while the next value is loaded. */
export function useLatest<T>(outcome: Async<T>): { value: T | null; waiting: boolean } {
  const newest = useRef<T | null>(null);
  if (outcome.state === "done") newest.current = outcome.value;
  return { value: newest.current, waiting: outcome.state === "loading" };
}
