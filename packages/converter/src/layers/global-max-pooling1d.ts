import { globalPooling } from "../families/global-pooling.js";

export const globalMaxPooling1d = globalPooling("ReduceMax", 1);
