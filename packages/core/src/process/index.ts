export { type OwnScript, ownScript } from "./own-script.js";
