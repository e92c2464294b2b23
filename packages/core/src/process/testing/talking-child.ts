/** Sends as many messages as it is asked for, and ends at once. */
process.once("message", ({ count }: { count: number }) => {
  for (let i = 0; i < count; i++) {
    process.send?.({ i, not: Number.NaN }, undefined, {}, () => i === count - 1 && process.exit(4));
  }
});
