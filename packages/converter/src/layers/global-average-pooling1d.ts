import { globalPooling } from "../families/global-pooling.js";

export const globalAveragePooling1d = globalPooling("ReduceMean", 1);
