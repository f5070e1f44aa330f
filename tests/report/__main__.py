"""The README's picture of the report, taken anew: `python -m tests.report`, after `make run`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from comention.report.page import write_report
from comention.snapshots.snapshot import latest
from tests.report.browsers import running

PICTURE = Path("data/report.png")

#: The picture begins with the answer and goes on with the results; the drawer of one row is open.
_ARRANGE = """() => {
  document.querySelectorAll("details:not(#filters)").forEach((box) => { box.open = false; });
  const row = [...document.querySelectorAll("tr.item")].find((one) =>
    one.textContent.includes("Crohn") && one.nextElementSibling?.classList.contains("drawer"));
  row.nextElementSibling.querySelector("details").open = true;
}"""


def main() -> None:
    """Write the report of the sample, open it, and take its picture."""
    with tempfile.TemporaryDirectory() as folder, running() as browser:
        path = Path(folder) / "report.html"
        write_report(latest(Path("work/sample")), path)
        page = browser.new_page(viewport={"width": 1400, "height": 1500}, device_scale_factor=1)
        page.goto(path.as_uri())
        page.evaluate(_ARRANGE)
        page.screenshot(path=str(PICTURE))


if __name__ == "__main__":
    main()
