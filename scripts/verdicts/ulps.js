const word = new DataView(new ArrayBuffer(4));

/** Place of a float32 in the order of all of them. */
function ordinal(x) {
  word.setFloat32(0, x);
  const bits = word.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** How many float32 numbers lie between two numbers, each rounded to float32, one of them included. */
export function ulpsBetween(a, b) {
  return Math.abs(ordinal(a) - ordinal(b));
}
