/* The theme that the reader chose, before the first thing is drawn. */
const courseThemes = { "light dark": "as the system", light: "light", dark: "dark" };

function courseTheme(scheme) {
  try {
    if (scheme) localStorage.setItem("course-theme", scheme);
    scheme ??= localStorage.getItem("course-theme");
  } catch {
    // a browser that keeps nothing for pages from files: the choice lasts for this page
  }
  scheme = scheme in courseThemes ? scheme : "light dark";
  document.documentElement.style.colorScheme = scheme;
  return scheme;
}

courseTheme();
