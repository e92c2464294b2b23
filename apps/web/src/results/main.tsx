import { mount } from "../shared/mount.js";
import "../shared/theme.css";
import "./results.css";
import { ResultsPage } from "./ResultsPage.js";

mount(<ResultsPage />);
