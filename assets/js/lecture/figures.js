// A lecture as one file: each figure is drawn when it can be seen, and for print all of them are, unfolded.
const PAPER = 680; // pixels: the width of a page less its margins
const drawn = new WeakSet();
const pictures = () => [...document.querySelectorAll(".picture")];

function draw(picture) {
  if (drawn.has(picture)) return;
  drawn.add(picture);
  const { data, layout } = JSON.parse(picture.nextElementSibling.textContent);
  Plotly.newPlot(picture, data, layout, { displaylogo: false, responsive: true, staticPlot: false });
}

function drawSeen() {
  for (const picture of pictures()) if (!picture.closest("details:not([open])")) draw(picture);
}

document.addEventListener("toggle", drawSeen, true);
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.folded = "";
  }
  for (const picture of pictures()) {
    draw(picture);
    Plotly.relayout(picture, { width: PAPER });
  }
});
addEventListener("afterprint", () => {
  for (const picture of pictures()) Plotly.relayout(picture, { width: null, autosize: true });
  for (const folded of document.querySelectorAll("details[data-folded]")) {
    folded.open = false;
    delete folded.dataset.folded;
  }
});
drawSeen();
