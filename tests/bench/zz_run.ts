import { benchSnapshot } from "./snapshot.ts";
console.log(await benchSnapshot());
