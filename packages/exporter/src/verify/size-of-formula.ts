/** Sizes that follow from others, as the converter names them: `ceil(height/2)`, `2*width`. */

const FUNCTIONS: Readonly<Record<string, (...sizes: number[]) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  max: Math.max,
  min: Math.min,
};
const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};
/** Which operators bind together, the looser first. */
const LEVELS = ["+-", "*/"] as const;

/**
 * What a formula over named sizes comes to.
 *
 * @returns null for what is no such formula, or speaks of a size that is not known
 * @example
 * ```ts
 * const sizes = new Map([["height", 7], ["width", 4]]);
 * sizeOfFormula("ceil(height/2)+1", sizes); // => 5
 * sizeOfFormula("2*(width-1)", sizes); // => 6
 * sizeOfFormula("reshape_1", sizes); // => null
 * ```
 */
export function sizeOfFormula(formula: string, sizes: ReadonlyMap<string, number>): number | null {
  const whole = sizes.get(formula);
  if (whole !== undefined) return whole;
  const tokens = formula.match(/\d+(?:\.\d+)?|[A-Za-z_][\w.]*|\S/g) ?? [];
  let at = 0;
  const taken = (token: string) => tokens[at] === token && at++ >= 0;

  const level = (depth: number): number => {
    const operators = LEVELS[depth];
    if (operators === undefined) return atom();
    let value = level(depth + 1);
    while (operators.includes(tokens[at] ?? " ")) {
      const apply = OPERATORS[tokens[at++] as string];
      value = apply?.(value, level(depth + 1)) ?? Number.NaN;
    }
    return value;
  };

  const atom = (): number => {
    const token = tokens[at++] ?? "";
    if (token === "(") {
      const value = level(0);
      return taken(")") ? value : Number.NaN;
    }
    if (/^\d/.test(token)) return Number(token);
    if (!Object.hasOwn(FUNCTIONS, token) || !taken("(")) return sizes.get(token) ?? Number.NaN;
    const values = [level(0)];
    while (taken(",")) values.push(level(0));
    return taken(")") ? (FUNCTIONS[token]?.(...values) ?? Number.NaN) : Number.NaN;
  };

  const value = level(0);
  return at === tokens.length && Number.isFinite(value) ? value : null;
}
