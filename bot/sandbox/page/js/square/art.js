// The pictures of the posts: a few flat shapes each, so that nothing has to be fetched from anywhere.

const SVG = "http://www.w3.org/2000/svg";
const CUP = "M96 92h64v34a26 26 0 0 1-26 26h-12a26 26 0 0 1-26-26z";
const HANDLE = "M160 100h10a14 14 0 0 1 0 28h-12v-9h11a5.5 5.5 0 0 0 0-11h-9z";

// Each line: class of the colour, path.
const ART = {
  coldbrew: ["sky M0 0h400v190H0z", "sun M318 22a34 34 0 1 1 0 68 34 34 0 0 1 0-68z", "table M0 150h400v40H0z", "glass M160 40h80l-8 122h-64z", "coffee M164.5 84h71l-4.6 72h-61.8z", "ice M172 92h18v18h-18z", "ice M206 100l17 5-5 17-17-5z", "ice M184 120l16-7 7 16-16 7z", "straw M226 14l8 2-16 60-8-2z", "leaf M262 148c-4-20 10-34 30-36 2 22-10 36-30 36z"],
  box: ["sky M0 0h400v190H0z", "table M0 150h400v40H0z", "kraft M120 70h160v92H120z", "kraftdark M120 70l28-26h104l28 26z", "label M172 92h56v40h-56z", "coffee M200 98c9 0 14 6 14 14s-5 14-14 14-14-6-14-14 5-14 14-14z", "label M198.5 99c-4 9 6 16 1 26h3c5-10-5-17-1-26z", "plane M300 34l52-14-26 42-6-20z", "tape M192 44h16v26h-16z"],
  shop: ["sky M0 0h400v190H0z", "sun M64 26a26 26 0 1 1 0 52 26 26 0 0 1 0-52z", "wall M96 60h208v104H96z", "awning M88 52h224l12 30H76z", "label M128 52h32l-4 30h-36zM192 52h32l4 30h-36zM256 52h32l12 30h-36z", "glass M118 96h70v50h-70z", "coffee M222 96h42v68h-42z", "table M0 164h400v26H0z", "leaf M300 164c-12-28 4-50 26-54 6 30-4 50-26 54z", "leaf M326 164c0-22 12-34 30-36 0 22-10 34-30 36z"],
  dripbag: ["sky M0 0h400v190H0z", "table M0 150h400v40H0z", "label M140 74h100v50a34 34 0 0 1-34 34h-32a34 34 0 0 1-34-34z", "label M240 86h14a18 18 0 0 1 0 36h-16v-11h14a7 7 0 0 0 0-14h-12z", "kraft M158 40h64l-8 46h-48z", "coffee M164 60h52l-4.5 26h-43z", "kraftdark M140 66h22v8h-22zM218 66h22v8h-22z", "steam M184 30c-6-8 6-10 0-20h4c6 10-6 12 0 20zM204 30c-6-8 6-10 0-20h4c6 10-6 12 0 20z"],
  cupping: ["sky M0 0h400v190H0z", "table M0 128h400v62H0z", "label M52 96h72a36 36 0 0 1-72 0zM164 96h72a36 36 0 0 1-72 0zM276 96h72a36 36 0 0 1-72 0z", "coffee M56 96h64l-2 8H58zM168 96h64l-2 8h-60zM280 96h64l-2 8h-60z", "straw M214 40a12 9 0 1 1 0 18l-22 44-4-2 22-44z", "kraft M60 150h56v24H60zM172 150h56v24h-56zM284 150h56v24h-56z"],
  morning: ["sky M0 0h400v190H0z", "sun M200 36a62 62 0 0 1 62 62v54H138V98a62 62 0 0 1 62-62z", "hill M0 130c60-40 110-30 160-6s110 24 240-20v86H0z", "table M0 160h400v30H0z", `label ${CUP} ${HANDLE}`, "coffee M101 96h54v10h-54z", "steam M118 82c-6-8 6-12 0-22h4c6 10-6 14 0 22zM136 82c-6-8 6-12 0-22h4c6 10-6 14 0 22z"],
};

export function art(name) {
  if (!ART[name]) return null;
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 400 190", class: `art art-${name}`, "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" })) svg.setAttribute(key, value);
  for (const line of ART[name]) {
    const at = line.indexOf(" ");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", `a-${line.slice(0, at)}`);
    path.setAttribute("d", line.slice(at + 1));
    svg.append(path);
  }
  return svg;
}
