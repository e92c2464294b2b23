/**
 * Shapes of an operator's operands as one line: `X[N,C,...] W[M,_,...] B[M]`. What the parts mean:
 *
 * - `N` a size with a name, the same wherever it stands; `_` any size; `16` just this one; `4*H` a product
 * - `...` any number of axes; `...S` the same ones wherever they stand
 * - `#X` the rank of the operand X; `$group` what an attribute says
 * - `()` one element of any rank; `[]` a scalar; `K()|[M]` one or the other
 * - `~[...S]` broadcasts to this shape; `A=#X` the size that A has where its operand is left out
 * - `*` a shape of which nothing is asked
 */

type Factor =
  | { kind: "number"; value: number }
  | { kind: "name" | "rank" | "attribute"; name: string; text: string };

type Term =
  | { kind: "any" }
  | { kind: "rest"; name: string }
  | { kind: "size"; factors: readonly Factor[]; fallback: readonly Factor[] | null };

interface Alternative {
  /** Whether any shape of one element fits. */
  single: boolean;
  terms: readonly Term[];
}

export interface OperandPattern {
  name: string;
  broadcasts: boolean;
  /** Of which one must fit; null where nothing is asked. */
  alternatives: readonly Alternative[] | null;
}

/** A shape as far as it is known: −1 for a size that is not, null where nothing is known, undefined where the operand is left out. */
export type KnownShape = readonly number[] | null | undefined;

/** The operand that a pattern refuses. */
export interface Misfit {
  position: number;
  name: string;
  dims: readonly number[];
  /** In words, such as `[16], the C of X`. */
  expected: string;
}

const parsed = new Map<string, readonly OperandPattern[]>();

/**
 * @example
 * ```ts
 * parsePattern("X[N,C,...] B[C]").map(({ name }) => name); // => ["X", "B"]
 * ```
 */
export function parsePattern(text: string): readonly OperandPattern[] {
  const known = parsed.get(text);
  if (known) return known;
  const made = text.split(" ").map(parseOperand);
  parsed.set(text, made);
  return made;
}

function parseOperand(text: string): OperandPattern {
  const [, name = "", tilde = "", rest = ""] = /^(\w+)(~?)(.*)$/.exec(text) ?? [];
  if (rest === "*") return { name, broadcasts: false, alternatives: null };
  return { name, broadcasts: tilde === "~", alternatives: rest.split("|").map(parseAlternative) };
}

function parseAlternative(text: string): Alternative {
  if (text === "()") return { single: true, terms: [] };
  const inner = text.slice(1, -1);
  return { single: false, terms: inner === "" ? [] : inner.split(",").map(parseTerm) };
}

function parseTerm(text: string): Term {
  if (text === "_") return { kind: "any" };
  if (text.startsWith("...")) return { kind: "rest", name: text.slice(3) };
  const [size = "", fallback] = text.split("=");
  return {
    kind: "size",
    factors: factors(size),
    fallback: fallback === undefined ? null : factors(fallback),
  };
}

function factors(text: string): Factor[] {
  return text.split("*").map((part): Factor => {
    if (/^\d+$/.test(part)) return { kind: "number", value: Number(part) };
    if (part.startsWith("#")) return { kind: "rank", name: part.slice(1), text: part };
    if (part.startsWith("$")) return { kind: "attribute", name: part.slice(1), text: part };
    return { kind: "name", name: part, text: part };
  });
}

interface Bindings {
  /** With the operand that gave each. */
  sizes: Map<string, { size: number; by: string }>;
  rests: Map<string, { dims: readonly number[]; by: string }>;
}

/**
 * The first operand whose shape does not fit; null where all may.
 *
 * @param attribute a number that an attribute says, undefined where it is not known
 * @example
 * ```ts
 * const none = () => undefined;
 * misfitOf("X[N,C,...] B[C]", [[1, 4, 8, 8], [1]], none)?.expected; // => "[4], the C of X"
 * misfitOf("X[N,C,...] B[C]", [[1, -1, 8, 8], [1]], none); // => null
 * ```
 */
export function misfitOf(
  pattern: string,
  shapes: readonly KnownShape[],
  attribute: (name: string) => number | undefined,
): Misfit | null {
  const operands = parsePattern(pattern);
  const ranks = new Map(operands.map(({ name }, i) => [name, shapes[i]?.length]));
  const matcher = new Matcher(ranks, attribute);
  operands.forEach((operand, position) => {
    if (shapes[position] === undefined) matcher.assumeDefaults(operand);
  });
  for (const [position, operand] of operands.entries()) {
    const dims = shapes[position];
    if (!dims || operand.alternatives === null) continue;
    if (!matcher.fits(operand, dims)) {
      return { position, name: operand.name, dims, expected: matcher.describe(operand) };
    }
  }
  return null;
}

class Matcher {
  #bindings: Bindings = { sizes: new Map(), rests: new Map() };

  constructor(
    readonly ranks: ReadonlyMap<string, number | undefined>,
    readonly attribute: (name: string) => number | undefined,
  ) {}

  assumeDefaults({ alternatives, name: by }: OperandPattern): void {
    for (const term of (alternatives ?? []).flatMap(({ terms }) => terms)) {
      if (term.kind !== "size" || term.fallback === null) continue;
      const { value, unknown } = this.#product(term.fallback);
      const [name] = term.factors;
      if (unknown.length === 0 && name?.kind === "name")
        this.#bindings.sizes.set(name.name, { size: value, by });
    }
  }

  /** Sizes that get a name here keep it. */
  fits(operand: OperandPattern, dims: readonly number[]): boolean {
    const before = this.#bindings;
    for (const alternative of operand.alternatives ?? []) {
      this.#bindings = { sizes: new Map(before.sizes), rests: new Map(before.rests) };
      if (this.#matches(operand, alternative, dims)) return true;
    }
    this.#bindings = before;
    return false;
  }

  #matches(operand: OperandPattern, { single, terms }: Alternative, dims: readonly number[]): boolean {
    if (single) return dims.every((dim) => dim === 1 || dim === -1);
    if (operand.broadcasts) return this.#broadcastsTo(terms, dims);
    const at = terms.findIndex(({ kind }) => kind === "rest");
    if (at < 0) {
      return (
        dims.length === terms.length &&
        terms.every((term, i) => this.#fitsSize(term, dims[i] as number, operand.name))
      );
    }
    const after = terms.length - at - 1;
    if (dims.length < terms.length - 1) return false;
    const rest = dims.slice(at, dims.length - after);
    const tail = dims.slice(dims.length - after);
    return (
      terms.slice(0, at).every((term, i) => this.#fitsSize(term, dims[i] as number, operand.name)) &&
      this.#fitsRest((terms[at] as { name: string }).name, rest, operand.name) &&
      terms.slice(at + 1).every((term, i) => this.#fitsSize(term, tail[i] as number, operand.name))
    );
  }

  #fitsRest(name: string, dims: readonly number[], by: string): boolean {
    if (name === "") return true;
    const known = this.#bindings.rests.get(name);
    if (!known) {
      this.#bindings.rests.set(name, { dims, by });
      return true;
    }
    return dims.length === known.dims.length && dims.every((dim, i) => agree(dim, known.dims[i] as number));
  }

  #fitsSize(term: Term, dim: number, by: string): boolean {
    if (term.kind !== "size" || dim === -1) return true;
    const { value, unknown } = this.#product(term.factors);
    const [first] = unknown;
    if (!first) return value === dim;
    if (value === 0) return dim === 0;
    if (dim % value !== 0) return false;
    if (unknown.length === 1 && first.kind === "name") {
      this.#bindings.sizes.set(first.name, { size: dim / value, by });
    }
    return true;
  }

  #broadcastsTo(terms: readonly Term[], dims: readonly number[]): boolean {
    const target = this.#target(terms);
    if (target === null) return true;
    if (dims.length > target.length) return false;
    const lead = target.length - dims.length;
    return dims.every((dim, i) => dim === 1 || agree(dim, target[i + lead] as number));
  }

  /** The shape that is broadcast to; null where it is not known. */
  #target(terms: readonly Term[]): number[] | null {
    const parts = terms.map((term): readonly number[] | null => {
      if (term.kind === "any") return [-1];
      if (term.kind === "rest") return this.#bindings.rests.get(term.name)?.dims ?? null;
      const { value, unknown } = this.#product(term.factors);
      return [unknown.length === 0 ? value : -1];
    });
    return parts.includes(null) ? null : (parts as number[][]).flat();
  }

  #product(list: readonly Factor[]): { value: number; unknown: Exclude<Factor, { kind: "number" }>[] } {
    let value = 1;
    const unknown: Exclude<Factor, { kind: "number" }>[] = [];
    for (const factor of list) {
      const known = this.#known(factor);
      if (known !== undefined) value *= known;
      else if (factor.kind !== "number") unknown.push(factor);
    }
    return { value, unknown };
  }

  #known(factor: Factor): number | undefined {
    if (factor.kind === "number") return factor.value;
    if (factor.kind === "rank") return this.ranks.get(factor.name);
    if (factor.kind === "attribute") return this.attribute(factor.name);
    return this.#bindings.sizes.get(factor.name)?.size;
  }

  describe({ alternatives, broadcasts }: OperandPattern): string {
    const sources = new Set<string>();
    const shown = (alternatives ?? []).map(({ single, terms }) => {
      if (single) return "one element";
      return `[${terms.map((term) => this.#shown(term, sources)).join(", ")}]`;
    });
    const because = sources.size === 0 ? "" : `, the ${[...sources].join(" and the ")}`;
    return `${broadcasts ? "what broadcasts to " : ""}${shown.join(" or ")}${because}`;
  }

  #shown(term: Term, sources: Set<string>): string {
    if (term.kind === "any") return "any";
    if (term.kind === "rest") {
      const known = this.#bindings.rests.get(term.name);
      if (!known) return "…";
      sources.add(`shape of ${known.by}`);
      return known.dims.map((dim) => (dim === -1 ? "any" : dim)).join(", ");
    }
    const { value, unknown } = this.#product(term.factors);
    for (const factor of term.factors) {
      const from = factor.kind === "name" ? this.#bindings.sizes.get(factor.name) : undefined;
      if (from && factor.kind === "name") sources.add(`${factor.name} of ${from.by}`);
    }
    const names = unknown.map(({ text }) => text);
    return names.length === 0 ? String(value) : [...(value === 1 ? [] : [value]), ...names].join(" x ");
  }
}

function agree(a: number, b: number): boolean {
  return a === -1 || b === -1 || a === b;
}
