import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { elements, parseXml } from "../fixtures/parse-xml.js";
import { type Check, renderJunit } from "./junit.js";

const text = fc.string({ unit: "binary", maxLength: 40 });
const check: fc.Arbitrary<Check> = fc.record(
  {
    name: text,
    group: text,
    outcome: fc.constantFrom("pass", "fail", "skip", "error"),
    message: text,
    detail: text,
    seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  },
  { requiredKeys: ["name", "group", "outcome"] },
);

/** What XML 1.0 can carry of a text, by its own list of characters. */
function carried(value: string): string {
  return [...value.replace(/\r\n?/g, "\n")]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      const allowed =
        code === 9 ||
        code === 10 ||
        (code >= 0x20 && code <= 0xd7ff) ||
        (code >= 0xe000 && code <= 0xfffd) ||
        code >= 0x10000;
      return allowed ? character : "\ufffd";
    })
    .join("");
}

describe("renderJunit", () => {
  it("is well-formed for any text, and carries it", () => {
    fc.assert(
      fc.property(fc.array(check, { maxLength: 4 }), text, (checks, value) => {
        const root = parseXml(renderJunit({ name: value, properties: { property: value }, checks }));
        const cases = elements(root, "testcase");
        const oneLine = (string: string) => carried(string).replace(/[\t\n]/g, " ");
        expect(elements(root, "property")[0]?.attributes.value).toBe(oneLine(value));
        expect(cases.map((each) => each.attributes.name)).toEqual(checks.map((each) => oneLine(each.name)));
        for (const [index, each] of checks.entries()) {
          const [outcome] = cases[index]?.children ?? [];
          if (each.outcome === "pass") {
            expect(outcome).toBeUndefined();
          } else {
            expect(outcome?.attributes.message).toBe(oneLine(each.message ?? ""));
            expect(outcome?.text).toBe(carried(each.detail ?? each.message ?? ""));
          }
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("maps outcomes to elements and counts them", () => {
    const outcomes = ["pass", "fail", "skip", "error", "fail"] as const;
    const checks = outcomes.map((outcome, index) => ({
      name: `check ${index}`,
      group: "g",
      outcome,
      seconds: 0.5,
    }));
    const root = parseXml(renderJunit({ name: "suite", properties: {}, checks }));
    const children = elements(root, "testcase").map((each) => each.children.map((child) => child.name));
    expect(children).toEqual([[], ["failure"], ["skipped"], ["error"], ["failure"]]);
    for (const level of [root, ...elements(root, "testsuite")]) {
      expect(level.attributes).toMatchObject({
        tests: "5",
        failures: "2",
        errors: "1",
        skipped: "1",
        time: "2.500",
      });
    }
  });

  it("writes a suite without checks", () => {
    const root = parseXml(renderJunit({ name: "empty", properties: {}, checks: [] }));
    expect(elements(root, "testcase")).toEqual([]);
    expect(root.attributes.tests).toBe("0");
  });
});
