// Every Vega-Lite specification of a folder against the JSON Schema of the vega-lite that it names, compiled by vega-lite and
// drawn by vega without a screen; every TopoJSON read by topojson-client. What they hold is compared with what
// `observations` told: `expected.json` in the folder, as in read.py. Prints a list of checks.
//
// node vega.mjs FOLDER
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import Ajv from "ajv";
import addFormats from "ajv-formats";
import { feature, mesh } from "topojson-client";
import { parse, View } from "vega";
import { compile, version } from "vega-lite";

const [folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const { drawings, partner, secrets } = read("expected.json");
const checks = [];

/** Keeps what comes of a check: it passes unless it throws; `said` is what it gives, or why it failed. */
async function check(name, run) {
  const kept = { name, passed: false, said: null };
  checks.push(kept);
  try {
    kept.said = (await run()) ?? null;
    kept.passed = true;
  } catch (error) {
    kept.said = (error?.message ?? JSON.stringify(error)).slice(0, 2000);
  }
}

/** Charts whose marks vega names by itself. */
const OF_POINTS = ["SCATTER", "DISTRIBUTION"];

const schema = createRequire(import.meta.url).resolve("vega-lite/build/vega-lite-schema.json");
const ajv = new Ajv({ strict: false });
addFormats(ajv);
// A format of vega-lite's own, of which its schema says no more.
ajv.addFormat("color-hex", /^#([0-9a-f]{3}|[0-9a-f]{6})$/i);
const isValid = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));

/** Whom a drawing names: its reader where data of partners are in it, nobody where all are public. */
const maker = ({ ofPartners }) => (ofPartners ? partner : null);

function valid(drawing) {
  const { name } = drawing;
  const specification = read(`${name}.vega-lite`);
  const [, major] = /\/vega-lite\/v(\d+)\.json$/.exec(specification.$schema);
  assert.equal(major, version.split(".")[0], "the schema of another version");
  assert.ok(isValid(specification), ajv.errorsText(isValid.errors?.slice(0, 5)));
  assert.equal(specification.usermeta.partner, maker(drawing));
  return version;
}

/** What vega makes of a specification, once nobody warned of anything. */
async function drawn(name) {
  const warnings = [];
  const keep = (...words) => warnings.push(words.join(" "));
  const logger = { level: () => logger, warn: keep, error: keep, info: () => logger, debug: () => logger };
  const view = new View(parse(compile(read(`${name}.vega-lite`), { logger }).spec), { renderer: "none", logger });
  await view.runAsync();
  const svg = await view.toSVG();
  const rows = view.data("source_0");
  view.finalize();
  assert.deepEqual(warnings, []);
  return { svg, rows };
}

/** A number as marks are called by it: as it is written in French, or by vega itself. */
const number = (digits) =>
  Number(
    digits
      .replace(/[\u202f\u00a0]/g, "")
      .replace("−", "-")
      .replace(",", "."),
  );

const ordered = (values) => values.sort((one, other) => one - other);

async function withoutNothing(name) {
  const { svg } = await drawn(name);
  const found = /.{0,60}\b(NaN|undefined|null|Infinity)\b.{0,20}/.exec(svg);
  assert.ok(!found, found?.[0]);
  const digits = new Set(svg.replace(/[\u202f\u00a0]/g, "").match(/\d+/g));
  assert.deepEqual(
    secrets.filter((secret) => digits.has(secret)),
    [],
  );
  return svg.length;
}

/** The rows that vega has read: every number, and a sign for each that is withheld. */
async function figures({ name, path, kind, figures: told }) {
  const { rows } = await drawn(name);
  const cells = rows.flatMap((row) => {
    if (path === "map") return [row.properties];
    return kind === "SCATTER"
      ? [
          { value: row.x, symbol: row.xSymbol },
          { value: row.y, symbol: row.ySymbol },
        ]
      : [row];
  });
  const last = told
    .map(({ period }) => period)
    .sort()
    .at(-1);
  const expected = path === "map" ? told.filter(({ period }) => period === last) : told;
  if (path === "map") {
    for (const { territory, ...figure } of expected) {
      const [one, ...more] = cells.filter(({ code }) => code === territory);
      assert.equal(more.length, 0, `${territory} is there twice`);
      for (const field of ["value", "symbol", "withheld"]) assert.equal(one[field], figure[field], territory);
    }
  }
  const values = (all) => ordered(all.map(({ value }) => value).filter((value) => value !== null));
  const signs = (all) =>
    all
      .filter(({ value }) => value === null)
      .map(({ symbol }) => symbol)
      .sort();
  assert.deepEqual(values(cells), values(expected));
  assert.deepEqual(signs(cells), signs(expected));
  return { figures: expected.length, withheld: signs(expected).length };
}

/** What marks are called for those who do not see them: the number of all that is shown, and no other. */
async function called({ name, path, kind, figures: told }) {
  const { svg } = await drawn(name);
  const labels = [...svg.matchAll(/aria-label="([^"]*)" role="graphics-symbol"/g)].map(([, label]) => label);
  const ends = OF_POINTS.includes(kind) ? /: ([−-]?[\d.]+)(?=;|$)/g : /\u00a0: ([−-]?\d[\d\u202f]*(?:,\d+)?)$/g;
  const said = labels.flatMap((label) => [...label.matchAll(ends)].map(([, digits]) => number(digits)));
  let shown = told.filter(({ value }) => value !== null);
  if (kind === "SCATTER") {
    // A point has both numbers, or is not there.
    const hidden = new Set(told.filter(({ value }) => value === null).map(({ territory }) => territory));
    shown = shown.filter(({ territory }) => !hidden.has(territory));
  }
  const values = shown.map(({ value }) => value);
  // As precisely as they are written, which is to a tenth.
  const among = (one, others) => others.some((other) => Math.abs(one - other) <= 0.05 + 1e-9);
  assert.deepEqual([values.filter((value) => !among(value, said)), "not called"], [[], "not called"], labels[0]);
  assert.deepEqual([said.filter((value) => !among(value, values)), "not told"], [[], "not told"], labels[0]);
  return { marks: labels.length };
}

/** TopoJSON as its client unfolds it: the figures, and the contours of the GeoJSON. */
function topology(drawing) {
  const { name, figures: told } = drawing;
  const topology = read(`${name}.topojson`);
  assert.equal(topology.observatory.partner, maker(drawing));
  const unfolded = feature(topology, topology.objects.territories).features;
  const { features } = read(`${name}.geojson`);
  assert.equal(unfolded.length, features.length);
  const periods = told.map(({ period }) => period).sort();
  const known = new Map(told.map((figure) => [`${figure.territory} ${figure.period}`, figure]));
  const seen = new Set();
  // Where a ring begins, and which way round it runs, is left to each format.
  const points = ({ coordinates }) =>
    [
      ...new Set(
        coordinates
          .flat(Infinity)
          .reduce((pairs, number, at, all) => (at % 2 ? pairs : [...pairs, `${number} ${all[at + 1]}`]), []),
      ),
    ].sort();
  unfolded.forEach(({ properties, geometry }, at) => {
    assert.equal(properties.code, features[at].properties.code);
    assert.equal(properties.period, periods.at(-1));
    for (const one of [properties, ...(properties.values ?? [])]) {
      const place = `${properties.code} ${one.period}`;
      for (const field of ["value", "symbol", "withheld"]) assert.equal(one[field], known.get(place)[field], place);
      seen.add(place);
    }
    assert.equal(geometry.type, features[at].geometry.type);
    for (const ring of geometry.coordinates.flat(geometry.type === "Polygon" ? 0 : 1)) {
      assert.ok(ring.length >= 4, "a ring of fewer than four points");
      assert.deepEqual(ring[0], ring.at(-1), "a ring that is not closed");
    }
    assert.deepEqual(points(geometry), points(features[at].geometry), properties.code);
  });
  assert.equal(seen.size, known.size);
  // Borders that two territories share stand once.
  const borders = mesh(topology, topology.objects.territories, (one, other) => one !== other);
  assert.ok(borders.coordinates.length > 0, "no border is shared");
  return { territories: unfolded.length, borders: borders.coordinates.length };
}

for (const drawing of drawings) {
  const { name, path } = drawing;
  await check(`${name}: Vega-Lite: the schema`, () => valid(drawing));
  await check(`${name}: Vega-Lite: compiled and drawn`, () => withoutNothing(name));
  await check(`${name}: Vega-Lite: what is in it`, () => figures(drawing));
  await check(`${name}: Vega-Lite: what its marks are called`, () => called(drawing));
  if (path === "map") await check(`${name}: TopoJSON: topojson-client`, () => topology(drawing));
}
process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`);
