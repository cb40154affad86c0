/**
 * An element with attributes, listeners (names that begin with "on") and children.
 * A false or null attribute is left out; `text` sets the text.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else set(made, name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets an attribute, or the text, if it is not so already: a page that stays as it is costs nothing. */
export function set(target, name, value) {
  if (name === "text") {
    if (target.textContent !== value) target.textContent = value;
  } else if (value === false || value === null || value === undefined) {
    target.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    if (target.getAttribute(name) !== text) target.setAttribute(name, text);
  }
}
