export { randomSize as randomWidth } from "../families/random-size.js";
