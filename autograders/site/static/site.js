/* Theme, search, live demos. A plain script: browsers load no modules into pages from files. */
(() => {
  const MOST = 30; // results shown
  const AROUND = 70; // letters of text on each side of what was found

  theme(document.querySelector(".theme"));
  search(document.querySelector("[role=search]"), document.querySelector("#found"));
  document.querySelectorAll(".live").forEach(mount);
  if (matchMedia("(width < 60rem)").matches) document.querySelector("nav details").open = false;
  reachable();
  addEventListener("resize", reachable);

  function theme(button) {
    const name = (scheme) => (button.textContent = `Theme: ${courseThemes[scheme]}`);
    button.onclick = () => {
      const schemes = Object.keys(courseThemes);
      name(courseTheme(schemes[(schemes.indexOf(courseTheme()) + 1) % schemes.length]));
    };
    name(courseTheme());
  }

  function mount(place) {
    const values = JSON.parse(place.querySelector("script").textContent);
    place.querySelector("figure").hidden = true;
    courseDemos.mount(place.dataset.name, place, values);
  }

  /** What is wider than the page can be reached, and so moved, by key. */
  function reachable() {
    for (const each of document.querySelectorAll(".scroll")) {
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
      else each.removeAttribute("tabindex");
    }
  }

  function search(form, found) {
    const input = form.querySelector("input");
    const list = found.querySelector("ol");
    form.onsubmit = (event) => {
      event.preventDefault();
      list.querySelector("a")?.focus({ focusVisible: true });
    };
    input.oninput = () => show(input.value);
    input.onkeydown = (event) => {
      if (event.key === "Escape") show((input.value = ""));
    };
    show(input.value);

    function show(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const hits = words.length ? matches(words) : [];
      found.hidden = !words.length;
      found.querySelector("[role=status]").textContent = told(hits.length);
      list.replaceChildren(...hits.slice(0, MOST).map((hit) => item(hit, words)));
    }
  }

  /** Sections that have every word; first those that have them in the title. */
  function matches(words) {
    const scored = courseWords.map(([page, title, href, text]) => {
      const [head, body] = [title.toLowerCase(), text.toLowerCase()];
      const everywhere = words.every((word) => head.includes(word) || body.includes(word));
      const titled = words.filter((word) => head.includes(word)).length;
      const count = words.reduce((sum, word) => sum + body.split(word).length - 1, 0);
      return { page, title, href, text, score: everywhere ? 1000 * titled + count : -1 };
    });
    return scored.filter(({ score }) => score >= 0).sort((a, b) => b.score - a.score);
  }

  function told(count) {
    if (count === 0) return "Nothing found.";
    const sections = count === 1 ? "1 section" : `${count} sections`;
    return count > MOST ? `${sections}, of which ${MOST} are shown.` : `${sections}.`;
  }

  function item({ page, title, href, text }, words) {
    const made = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = title;
    const where = title === page ? "" : ` ${page}. `;
    made.append(link, where, ...excerpt(text, words));
    return made;
  }

  /** The text around the first word that is in it, with that word marked. */
  function excerpt(text, words) {
    const lower = text.toLowerCase();
    const word = words.find((each) => lower.includes(each));
    if (!word) return [];
    const at = lower.indexOf(word);
    const [begin, end] = [Math.max(0, at - AROUND), at + word.length + AROUND];
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + word.length);
    const before = `${begin ? "… " : ""}${text.slice(begin, at)}`;
    return [before, mark, `${text.slice(at + word.length, end)}${end < text.length ? " …" : ""}`];
  }
})();
