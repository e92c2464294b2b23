/** The largest finite number of half precision. */
const LARGEST = 65504;

/** Why half precision cannot hold numbers; null where it can. */
export function halfFlaw(name: string, data: ArrayLike<number>): string | null {
  const beyond = Array.prototype.findIndex.call(
    data,
    (x: number) => Number.isFinite(x) && Math.abs(x) > LARGEST,
  );
  return beyond < 0
    ? null
    : `its weight ${name} has ${data[beyond]}, beyond the ${LARGEST} of half precision`;
}
