import XmlBuilder from "fast-xml-builder";

/** One check of a command, as CI servers count them. */
export interface Check {
  name: string;
  /** What the check belongs to, JUnit's class name: `parity.lenet`. */
  group: string;
  outcome: "pass" | "fail" | "skip" | "error";
  /** One line that says why, for anything but a pass. */
  message?: string;
  /** More lines, where there are any. */
  detail?: string;
  seconds?: number;
}

export interface JunitSuite {
  name: string;
  /** What was checked: model, hash, data set. */
  properties: Readonly<Record<string, string>>;
  checks: readonly Check[];
}

const ELEMENTS = { fail: "failure", skip: "skipped", error: "error" } as const;

/** XML 1.0 knows no control characters but tab and line ends, and no half surrogate pairs: they become U+FFFD. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const xmlText = (text: string) => text.replace(/\r\n?/g, "\n").replace(NOT_XML, "\ufffd");
/** Attributes are one line: XML parsers would turn the line ends into spaces anyway. */
const attribute = (text: string) => xmlText(text).replace(/[\t\n]/g, " ");

function testcase(check: Check) {
  const base = {
    "@name": attribute(check.name),
    "@classname": attribute(check.group),
    ...(check.seconds === undefined ? {} : { "@time": check.seconds.toFixed(3) }),
  };
  if (check.outcome === "pass") return base;
  const message = check.message ?? "";
  const outcome = {
    "@message": attribute(message),
    ...(check.outcome === "skip" ? {} : { "@type": check.outcome }),
    "#text": xmlText(check.detail ?? message),
  };
  return { ...base, [ELEMENTS[check.outcome]]: outcome };
}

/**
 * A suite as JUnit XML. Control characters that XML cannot carry become U+FFFD.
 *
 * @example
 * ```ts
 * const xml = renderJunit({
 *   name: "parity",
 *   properties: {},
 *   checks: [{ name: "web-wasm", group: "parity.lenet", outcome: "pass" }],
 * });
 * xml.includes('<testcase name="web-wasm" classname="parity.lenet"'); // => true
 * ```
 */
export function renderJunit(suite: JunitSuite): string {
  const count = (outcome: Check["outcome"]) =>
    String(suite.checks.filter((check) => check.outcome === outcome).length);
  const seconds = suite.checks.reduce((sum, check) => sum + (check.seconds ?? 0), 0);
  const totals = {
    "@tests": String(suite.checks.length),
    "@failures": count("fail"),
    "@errors": count("error"),
    "@skipped": count("skip"),
    "@time": seconds.toFixed(3),
  };
  const properties = Object.entries(suite.properties).map(([name, value]) => ({
    "@name": attribute(name),
    "@value": attribute(value),
  }));
  const builder = new XmlBuilder({
    attributeNamePrefix: "@",
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    format: true,
  });
  return builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: {
      "@name": "congruent",
      ...totals,
      testsuite: {
        "@name": attribute(suite.name),
        ...totals,
        ...(properties.length > 0 ? { properties: { property: properties } } : {}),
        testcase: suite.checks.map(testcase),
      },
    },
  });
}
