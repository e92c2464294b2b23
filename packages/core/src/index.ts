export * from "./errors.js";
export * from "./schemas/card.js";
export * from "./schemas/evaluation.js";
export * from "./schemas/parity.js";
export * from "./schemas/passport.js";
export * from "./schemas/recipe.js";
export * from "./schemas/run.js";
export * from "./tensor.js";
