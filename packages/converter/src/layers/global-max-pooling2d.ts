import { globalPooling } from "../families/global-pooling.js";

export const globalMaxPooling2d = globalPooling("ReduceMax", 2);
