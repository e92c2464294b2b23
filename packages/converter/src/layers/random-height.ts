export { randomSize as randomHeight } from "../families/random-size.js";
