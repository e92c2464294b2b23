import { mount } from "../shared/mount.js";
import "../shared/theme.css";
import "./parity.css";
import { JobPage } from "./JobPage.js";
import { ParityPage } from "./ParityPage.js";

const job = new URLSearchParams(location.search).get("job");
mount(job === null ? <ParityPage /> : <JobPage address={job} />);
