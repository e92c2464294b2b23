import { describe, expect, it } from "@jest/globals";
import { compileExample, valueOfPromise } from "./compile-example.js";

/** What an example promises beside what it gives. */
async function outcomes(code, scope = {}) {
  const { promises, run } = compileExample(code);
  const results = [];
  await run(scope, (index, received) => {
    results.push([promises[index].text, received, valueOfPromise(promises[index])]);
  });
  return results;
}

describe("compileExample", () => {
  it("takes the value from the same line, the next line and continuing lines", async () => {
    const code = `const é: string = "é"; // no promise
é + 1; // => "é1"
[1, 2].map((x: number) => x * 2);
// => [
//   2, 4]
await Promise.resolve(-1n); // => -1n`;
    expect(await outcomes(code)).toStrictEqual([
      ["é + 1", "é1", "é1"],
      ["[1, 2].map((x: number) => x * 2)", [2, 4], [2, 4]],
      ["await Promise.resolve(-1n)", -1n, -1n],
    ]);
  });

  it("shows a promise that does not hold as it is", async () => {
    expect(await outcomes("1 + 1; // => 3")).toStrictEqual([["1 + 1", 2, 3]]);
  });

  it("gives what is in scope, which an example may hide", async () => {
    const scope = { twice: (x) => 2 * x, result: 0, default: null };
    expect(await outcomes("const result = twice(2); result; // => 4", scope)).toStrictEqual([
      ["result", 4, 4],
    ]);
  });

  it("refuses a promise behind anything but an expression, and what cannot be parsed", () => {
    expect(() => compileExample("const x = 1; // => 1")).toThrow("1 comments");
    expect(() => compileExample("const = 1;")).toThrow();
  });
});
