// node contender.mjs FILE INTO fine|fast: one run of sharp for each line on its input.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [, , file, into, way, folder] = process.argv;
const sharp = createRequire(folder + "/")("sharp");
sharp.concurrency(1);
sharp.cache(false);
const data = readFileSync(file);
const fastShrinkOnLoad = way !== "fine";

for await (const _ of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const before = performance.now();
  const made = await sharp(data)
    .autoOrient()
    .resize(1080, 1350, { fit: "cover", fastShrinkOnLoad })
    .jpeg({ quality: 90 })
    .toBuffer();
  const wall = (performance.now() - before) / 1000;
  const used = process.cpuUsage(cpu);
  writeFileSync(into, made);
  console.log(JSON.stringify({ wall, cpu: (used.user + used.system) / 1e6, bytes: made.length }));
}
