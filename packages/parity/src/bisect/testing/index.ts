/** Runtimes with planted faults and the models that they are planted in, for tests. */
export * from "./effect-of.js";
export * from "./faults.js";
export * from "./faulty-runner.js";
export * from "./hunt.js";
export * from "./models.js";
export * from "./net.js";
export * from "./seeded-faults.js";
