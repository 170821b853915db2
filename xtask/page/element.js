// Making elements of the page. Whatever is said in them is text.

/** An element with these properties, and these in it: elements or text. */
export function make(name, properties = {}, ...children) {
  const { label, ...others } = properties;
  const element = Object.assign(document.createElement(name), others);
  if (label) element.setAttribute('aria-label', label);
  element.append(...children);
  return element;
}
