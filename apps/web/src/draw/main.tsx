import { mount } from "../shared/mount.js";
import "../shared/theme.css";
import "./draw.css";
import { DrawPage } from "./DrawPage.js";

mount(<DrawPage />);
