/** The `@example` blocks in a source file's docstrings, each with the declaration that it belongs to. */
import { parseSync } from "@swc/core";

/**
 * @param {string} source text of a TypeScript file
 * @param {{ tsx?: boolean }} options
 * @returns {{ symbol: string, declaration: string, code: string, runs: boolean, problem: string | null }[]}
 */
export function findExamples(source, { tsx = false } = {}) {
  const { body } = parseSync(source, { syntax: "typescript", tsx, target: "es2022" });
  return documented(Buffer.from(source), body, 0).flatMap(({ symbol, doc }) => {
    const examples = examplesIn(doc);
    return examples.map((example, i) => ({
      ...example,
      declaration: symbol.split(".")[0],
      symbol: examples.length > 1 ? `${symbol} (${i + 1})` : symbol,
    }));
  });
}

/**
 * Declarations and members with their docstrings. What lies between two nodes is white space and comments only, so a
 * docstring is looked for nowhere else: no string literal is taken for one. swc counts bytes, from 1.
 */
function documented(bytes, nodes, start, prefix = "") {
  let end = start;
  return nodes.flatMap((node) => {
    const between = bytes.subarray(end, node.span.start - 1).toString();
    end = node.span.end - 1;
    const symbol = `${prefix}${nameOf(node.declaration ?? node)}`;
    const doc = between.match(/\/\*\*(?:[^*]|\*(?!\/))*\*\//g)?.at(-1);
    const members = membersOf(node.declaration ?? node);
    const inside =
      members.length > 0 ? documented(bytes, members, firstBrace(bytes, node), `${symbol}.`) : [];
    return doc ? [{ symbol, doc }, ...inside] : inside;
  });
}

function nameOf(node) {
  const name = node.identifier ?? node.id ?? node.key ?? node.declarations?.[0]?.id;
  return name?.value ?? node.type;
}

function membersOf(node) {
  const { body } = node;
  if (node.type === "TsInterfaceDeclaration") return body.body;
  return node.type === "ClassDeclaration" ? body : [];
}

/** Where the search for the first member's docstring begins: an offset in the declaration's head is enough. */
function firstBrace(bytes, node) {
  return bytes.indexOf("{", node.span.start - 1);
}

/** The fenced blocks below each `@example` of one docstring. */
function examplesIn(doc) {
  const lines = doc
    .slice(3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""));
  const examples = [];
  let fence = null;
  let example = null;
  for (const line of lines) {
    const opens = line.match(/^\s*```(.*)$/);
    if (fence !== null) {
      if (!opens) example?.code.push(line);
      else fence = null;
    } else if (opens) {
      fence = opens[1].trim();
      example?.fences.push(fence);
    } else if (/^\s*@/.test(line)) {
      example = /^\s*@example\b/.test(line) ? { fences: [], code: [] } : null;
      if (example) examples.push(example);
    }
  }
  return examples.map(({ fences, code }) => ({
    code: code.join("\n"),
    runs: fences[0] !== "ts no-run",
    problem: problemOf(fences),
  }));
}

function problemOf(fences) {
  if (fences.length !== 1) return `an @example holds one fenced block, this one has ${fences.length}`;
  if (fences[0] === "ts" || fences[0] === "ts no-run") return null;
  return `an @example's fence says "ts" or "ts no-run", this one says "${fences[0]}"`;
}
