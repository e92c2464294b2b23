import { pooling } from "../families/pooling.js";

export const maxPooling1d = pooling("MaxPool", 1);
