import { embeddedData } from "./data.ts";
import { showReport } from "./report.ts";
import { showLivePage } from "./sign_in.ts";

const data = embeddedData();
if (data === undefined) await showLivePage();
else showReport(data);
