import { dark, type FigureTheme, light } from "@congruent/report/figures";
import { useEffect, useState } from "preact/hooks";

/** The figures' colors in the scheme that the reader's system asks for, also when it changes. */
export function useTheme(): FigureTheme {
  const [query] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return isDark ? dark : light;
}
