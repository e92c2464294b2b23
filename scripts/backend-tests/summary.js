/** What is recorded of a run through the reference: only tests that did not pass are named. */
export function summaryOf(cases, results) {
  const passed = results.filter(({ status }) => status === "passed");
  return {
    total: cases.length,
    tight: passed.filter(({ tight }) => tight).length,
    operators: [...new Set(passed.flatMap(({ operators }) => operators))].sort(),
    reference: Object.fromEntries(
      cases.flatMap(({ name }, i) => {
        const { status, reason } = results[i];
        return status === "passed" ? [] : [[name, { status, reason }]];
      }),
    ),
  };
}
