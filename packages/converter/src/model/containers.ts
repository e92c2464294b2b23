import type { Container } from "./conversion.js";
import { functional } from "./functional.js";
import { sequential } from "./sequential.js";

/** By the class name that files have: Keras 2 and 3 say Functional, tfjs and the first Keras Model. */
export const containers: Readonly<Record<string, Container>> = Object.assign(Object.create(null), {
  Functional: functional,
  Model: functional,
  Sequential: sequential,
});
