/** Where values lie: from the least to the largest that 8 bits shall tell apart. */
export interface Range {
  min: number;
  max: number;
}
