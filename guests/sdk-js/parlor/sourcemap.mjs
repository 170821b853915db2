// Source maps (version 3): where each line of a bundle was written.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The numbers of one segment, as base64 VLQ has them. */
function numbers(segment) {
  const all = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits & 32) continue;
    all.push(value % 2 ? -Math.floor(value / 2) : value / 2);
    value = shift = 0;
  }
  return all;
}

/** For each line of the bundle where its first part was written: `{ source, line }`, or undefined. */
export function readMappings({ mappings, sources }) {
  let source = 0;
  let line = 0;
  return mappings.split(';').map((text) => {
    let first;
    for (const segment of text.split(',').filter(Boolean)) {
      const [, toSource, toLine] = numbers(segment);
      if (toSource === undefined) continue;
      source += toSource;
      line += toLine;
      first ??= { source: sources[source], line: line + 1 };
    }
    return first;
  });
}

/** The same in short, for the component: of each line `FILE,LINE`, where FILE is the place of its name in `sources`. */
export function lineTable(lines, name) {
  const sources = [];
  const table = lines.map((found) => {
    const file = found && name(found.source);
    if (file === undefined) return '';
    if (!sources.includes(file)) sources.push(file);
    return `${sources.indexOf(file)},${found.line}`;
  });
  return { sources, lines: table.join(';').replace(/;+$/, '') };
}
