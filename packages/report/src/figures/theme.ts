/** Colors of figures. Colors that must be distinguished also differ in lightness, and in line or mark. */
export interface FigureTheme {
  name: "light" | "dark";
  text: string;
  muted: string;
  grid: string;
  /** The background that marks are drawn on. */
  surface: string;
  /** Blue and orange stay apart in every common color-vision deficiency. */
  primary: string;
  secondary: string;
  /** For several of one kind over each other, which also differ in marks and dashes. */
  series: readonly [string, ...string[]];
  /** Green and red for right and wrong answers; a tick and a cross say the same. */
  good: string;
  bad: string;
  /** From none to full, for counts that are right. */
  right: readonly [string, string];
  /** From none to full, for counts that are wrong. */
  wrong: readonly [string, string];
}

export const light: FigureTheme = {
  name: "light",
  text: "#1b1f2a",
  muted: "#5a6172",
  grid: "#e2e5ec",
  surface: "#ffffff",
  primary: "#0067ad",
  secondary: "#c25100",
  series: ["#0067ad", "#c25100", "#007a55", "#8a45a8", "#6b6000", "#5a6172"],
  good: "#0a7a44",
  bad: "#c0182a",
  right: ["#f3f5f9", "#0d5fa3"],
  wrong: ["#f3f5f9", "#c45200"],
};

export const dark: FigureTheme = {
  name: "dark",
  text: "#e8eaf0",
  muted: "#a3aabb",
  grid: "#323845",
  surface: "#1a1d25",
  primary: "#5db4f0",
  secondary: "#f0a03c",
  series: ["#5db4f0", "#f0a03c", "#45cfa0", "#d79bea", "#d8cc58", "#a3aabb"],
  good: "#5ad394",
  bad: "#ff8a8a",
  right: ["#232733", "#4aa0de"],
  wrong: ["#232733", "#e58a35"],
};

/** Fonts that every system has: figures load none. */
export const FONT = "system-ui, sans-serif";
