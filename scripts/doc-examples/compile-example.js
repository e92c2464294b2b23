/** An example's code as a function, and the values that its comments promise. */
import { parseSync, transformSync } from "@swc/core";

const AsyncFunction = (async () => undefined).constructor;

/**
 * `expr; // => value`, the comment on the same line or on the next ones, becomes a promise: the function calls
 * `check(index, received)` where the expression stands.
 *
 * @param {string} code TypeScript
 * @param {{ tsx?: boolean }} options
 * @returns {{ promises: { text: string, value: string }[], run: (scope: object, check: Function) => Promise<void> }}
 */
export function compileExample(code, { tsx = false } = {}) {
  const parser = { syntax: "typescript", tsx };
  const bytes = Buffer.from(code);
  const text = (start, end) => bytes.subarray(start - 1, end - 1).toString();
  const { body } = parseSync(code, { ...parser, target: "es2022" });
  const promises = [];
  let rewritten = "";
  body.forEach((statement, i) => {
    const { start, end } = statement.span;
    const comments = text(end, body[i + 1]?.span.start ?? bytes.length + 1);
    const value = statement.type === "ExpressionStatement" ? promisedValue(comments) : null;
    if (value === null) {
      rewritten += `${text(start, end)}\n`;
    } else {
      const expression = text(statement.expression.span.start, statement.expression.span.end);
      rewritten += `__check(${promises.length}, (${expression}));\n`;
      promises.push({ text: expression, value });
    }
  });
  const arrows = code.match(/^(?:.*\s)?\/\/ =>/gm)?.length ?? 0;
  if (arrows !== promises.length) {
    throw new Error(`${arrows} comments "// =>", of which ${promises.length} follow an expression statement`);
  }
  const script = transformSync(rewritten, {
    jsc: { parser, target: "es2022" },
    isModule: true,
    swcrc: false,
  }).code;
  return {
    promises,
    run: (scope, check) => {
      const names = Object.keys(scope).filter((name) => name !== "default");
      // A block of its own: an example may name a variable as something in scope is named.
      const example = new AsyncFunction(...names, "__check", `"use strict";\n{\n${script}\n}`);
      return example(...names.map((name) => scope[name]), check);
    },
  };
}

/** What a promise says, as a JavaScript value. */
export function valueOfPromise(promise) {
  return new Function(`"use strict"; return (${promise.value}\n);`)();
}

/** The text behind `// =>` with its continuing lines, or null. */
function promisedValue(comments) {
  const lines = comments.trim().split("\n");
  const first = lines[0].match(/^\/\/ =>(.*)$/);
  if (!first) return null;
  const value = [first[1]];
  for (const line of lines.slice(1)) {
    const more = line.match(/^\s*\/\/(.*)$/);
    if (!more) break;
    value.push(more[1]);
  }
  return value.join("\n");
}
