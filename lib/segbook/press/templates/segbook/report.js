(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const contents = document.querySelector("#contents details");
  const wide = window.matchMedia("(min-width: 1100px)");
  const fold = () => { if (contents) contents.open = wide.matches; };
  fold();
  wide.addEventListener("change", fold);

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("main details:not([open])");
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => { opened.forEach((details) => { details.open = false; }); });

  const links = new Map(all("#contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = all("main :is(h1, h2, h3)[id]").filter((heading) => links.has(heading.id));
  const follow = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
    const current = passed.length ? passed[passed.length - 1].id : null;
    links.forEach((link, id) => link.classList.toggle("current", id === current));
  };
  window.addEventListener("scroll", follow, { passive: true });
  follow();
})();
