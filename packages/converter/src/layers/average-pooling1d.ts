import { pooling } from "../families/pooling.js";

export const averagePooling1d = pooling("AveragePool", 1);
