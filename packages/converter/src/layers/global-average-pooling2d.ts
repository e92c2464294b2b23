import { globalPooling } from "../families/global-pooling.js";

export const globalAveragePooling2d = globalPooling("ReduceMean", 2);
