import { useEffect, useState } from "preact/hooks";

export type Async<T> =
  | { state: "loading" }
  | { state: "done"; value: T }
  | { state: "failed"; error: unknown };

/**
 * The outcome of asynchronous work that starts again whenever `key` changes (null: not yet). The result of an outdated run is dropped,
 * and `release` is called with it; its signal is aborted, so that it can end early.
 */
export function useAsync<T>(
  key: string | null,
  work: (signal: AbortSignal) => Promise<T>,
  release?: (value: T) => void,
): Async<T> {
  const [outcome, setOutcome] = useState<Async<T> & { key: string | null }>({ state: "loading", key });

  useEffect(() => {
    if (key === null) return;
    let current = true;
    const controller = new AbortController();
    let held: { value: T } | null = null;
    work(controller.signal).then(
      (value) => {
        if (!current) {
          release?.(value);
          return;
        }
        held = { value };
        setOutcome({ state: "done", value, key });
      },
      (error) => {
        if (current) setOutcome({ state: "failed", error, key });
      },
    );
    return () => {
      current = false;
      controller.abort();
      if (held) release?.(held.value);
      // Whoever comes back to this key before another is done must not find the value that was released.
      setOutcome({ state: "loading", key });
    };
  }, [key]);

  // In the render before the effect runs, the outcome is still the former key's.
  return outcome.key === key ? outcome : { state: "loading" };
}
