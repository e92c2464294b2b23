import { pooling } from "../families/pooling.js";

export const averagePooling2d = pooling("AveragePool", 2);
