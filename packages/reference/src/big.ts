/** What Math does for numbers, for 64-bit integers. */

export function bigMax(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function bigMin(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function bigAbs(a: bigint): bigint {
  return a < 0n ? -a : a;
}

export function bigSign(a: bigint): bigint {
  return BigInt(Number(a > 0n) - Number(a < 0n));
}
