/** Where a terminal does not tell. */
const USUAL = 80;

/** Columns of a terminal; 80 where it tells none, or none that it could have: 0. */
export function terminalWidth({ columns }: Pick<NodeJS.WriteStream, "columns">): number {
  return columns || USUAL;
}
