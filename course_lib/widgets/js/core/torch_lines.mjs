/** Layers out of lines of Python: nn.Conv2d(1, 20, 5, padding=2), or what print(model) shows. */

const CALL = /(?:\bnn\.)?\b([A-Z]\w*)\(/g;
const UNQUOTED = /=(\s*)(same|valid|zeros|reflect|replicate|circular)\b/g; // as print shows it
const AROUND = ["Sequential", "ModuleList"]; // hold layers and are none

/**
 * @returns [{kind, text, positional, named}] in the order of the text; a kind that is not known is
 *   among them, and so is one whose arguments cannot be read, with `fault`
 */
export function parse(text) {
  const code = text.replace(/#.*/g, "").replace(UNQUOTED, '=$1"$2"');
  const found = [];
  let end = 0;
  for (const match of code.matchAll(CALL)) {
    const isClass = /[^\w.]$|^$/.test(code.slice(0, match.index)) || match[0].startsWith("nn.");
    if (match.index < end || AROUND.includes(match[1]) || !isClass) continue;
    const open = match.index + match[0].length;
    const inside = balanced(code, open);
    if (inside === null) {
      found.push({ kind: match[1], text: match[0].trim(), positional: [], named: {}, fault: "its bracket is never closed" });
      break;
    }
    if (/\(\w+\): /.test(inside)) continue; // a module that holds others, as print(model) shows it
    end = open + inside.length;
    found.push({ kind: match[1], text: `${match[1]}(${inside.replace(/\s+/g, " ").trim()})`, ...values(inside) });
  }
  return found;
}

/** What stands from a place to the bracket that closes it; null if none does. */
function balanced(code, open) {
  let depth = 1;
  for (let at = open; at < code.length; at++) {
    depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[code[at]] ?? 0;
    if (!depth) return code.slice(open, at);
  }
  return null;
}

function values(inside) {
  const [positional, named] = [[], {}];
  for (const part of split(inside)) {
    const [, name, text] = part.trim().match(/^(?:(\w+)\s*=)?\s*([^]*)$/);
    const value = literal(text);
    if (value === undefined) return { positional, named, fault: `${text} is no number that is written out` };
    if (name) named[name] = value;
    else positional.push(value);
  }
  return { positional, named };
}

/** At the commas that are in no bracket. */
function split(inside) {
  const parts = [""];
  let depth = 0;
  for (const letter of inside) {
    depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[letter] ?? 0;
    if (letter === "," && !depth) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part.trim());
}

function literal(text) {
  if (/^[-+]?[\d_]*\.?\d+(e[-+]?\d+)?$/i.test(text)) return Number(text.replaceAll("_", ""));
  if (/^(["']).*\1$/.test(text)) return text.slice(1, -1);
  if (/^[([][^]*[)\]]$/.test(text)) {
    const all = split(text.slice(1, -1)).map((part) => literal(part.trim()));
    return all.includes(undefined) ? undefined : all;
  }
  return { True: true, False: false, None: null }[text];
}
