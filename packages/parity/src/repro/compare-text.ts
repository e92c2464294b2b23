/** How a repro's script and page compare, as text: each must be one file, and both must print the same. */
export const COMPARE = `/** Whether the observed values differ from the expected ones, and the difference as text. */
function compare(observed, expected, tolerance) {
  let worst = { error: 0, at: -1 };
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(expected.data[i]), Number(observed.data[i])];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const error = Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
    if (error > worst.error) worst = { error, at: i };
  }
  const same = String(expected.dims) === String(observed.dims);
  const { error, at } = worst;
  return {
    differs: !same || error > tolerance,
    words: [
      ...(same ? [] : [\`  shape [\${observed.dims}] instead of [\${expected.dims}]\`]),
      \`  largest difference \${error}, allowed \${tolerance}\`,
      ...(at < 0 ? [] : [\`  at element \${at}: \${observed.data[at]} instead of \${expected.data[at]}\`]),
    ],
  };
}
`;
