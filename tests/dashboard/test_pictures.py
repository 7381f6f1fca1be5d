"""The pictures in the guides are of these pages: drawn anew, they look much as they are kept."""

import base64
from pathlib import Path

import dashboard_pictures
import pytest
from playwright.async_api import Browser, Page

from browser_kit import window

# How much a point may differ on average, of 1: times differ a little, another layout does much more.
LIKENESS = 0.05
DIFFERENCE = """async ([one, other]) => {
    const load = async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [170, 106];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        return [[image.width, image.height], context.getImageData(0, 0, 170, 106).data];
    };
    const [[size, left], [otherSize, right]] = [await load(one), await load(other)];
    if (String(size) !== String(otherSize)) return 1;
    return left.reduce((sum, value, at) => sum + Math.abs(value - right[at]), 0) / left.length / 255;
}"""


async def difference(page: Page, one: Path, other: Path) -> float:
    pictures = [base64.b64encode(path.read_bytes()).decode() for path in (one, other)]
    return await page.evaluate(DIFFERENCE, pictures)


@pytest.mark.timeout(240)
async def test_the_pictures_are_what_the_pages_look_like(browser: Browser, tmp_path: Path) -> None:
    await dashboard_pictures.draw(tmp_path, browser)
    async with window(browser, "about:blank") as (page, _):
        far = {
            picture: await difference(
                page, tmp_path / f"{picture}.png", dashboard_pictures.PICTURES / f"{picture}.png"
            )
            for picture in dashboard_pictures.SHOTS
        }
        assert {picture: apart for picture, apart in far.items() if apart > LIKENESS} == {}
        light, dark = (dashboard_pictures.PICTURES / f"dashboard_list{end}.png" for end in ("", "_dark"))
        assert await difference(page, light, dark) > LIKENESS
