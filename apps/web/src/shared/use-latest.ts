import { useRef } from "preact/hooks";
import type { Async } from "./use-async.js";

/** The newest value that there has been: what a page goes on showing while the next is on its way. */
export function useLatest<T>(outcome: Async<T>): { value: T | null; waiting: boolean } {
  const newest = useRef<T | null>(null);
  if (outcome.state === "done") newest.current = outcome.value;
  return { value: newest.current, waiting: outcome.state === "loading" };
}
