import { describe, expect, it } from "@jest/globals";
import { findExamples } from "./find-examples.js";

const source = `/** The file's own docstring, é. */
import { a } from "a";

const text = "/** @example */";

/**
 * @example
 * \`\`\`ts
 * one(); // => 1
 * \`\`\`
 * @example
 * \`\`\`ts no-run
 * await one();
 * \`\`\`
 */
export function one(): number {
  return a(text);
}

export class Shape<T extends { n: 1 }> {
  readonly size = 1;

  /**
   * @example
   * \`\`\`js
   * new Shape().area();
   * \`\`\`
   */
  area(): T | null {
    return null;
  }
}

/** @example without a fence */
export const two = 2;
`;

describe("findExamples", () => {
  const [first, second, third, fourth, ...more] = findExamples(source);

  it("finds each block of functions, members and constants, and none in a string", () => {
    expect(first).toMatchObject({ symbol: "one (1)", code: "one(); // => 1", runs: true, problem: null });
    expect(second).toMatchObject({ symbol: "one (2)", declaration: "one", runs: false });
    expect(third).toMatchObject({ symbol: "Shape.area", declaration: "Shape" });
    expect(fourth).toMatchObject({ symbol: "two" });
    expect(more).toStrictEqual([]);
  });

  it("names what keeps a block from being executed", () => {
    expect(third.problem).toContain('this one says "js"');
    expect(fourth.problem).toContain("this one has 0");
  });
});
