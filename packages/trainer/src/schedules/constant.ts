/** The optimizer's own learning rate, which callbacks may change. */
export function constant(): null {
  return null;
}
